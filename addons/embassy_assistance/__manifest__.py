{
    "name": "People's Embassy: assistance",
    "version": "19.0.1.0.0",
    "category": "Services/People's Embassy",
    "summary": "Requests for help, needs and promised times on helpdesk tickets",
    "author": "People's Embassies of Belarus",
    "website": "https://belarusabroad.org",
    "license": "AGPL-3",
    "depends": ["embassy_core", "helpdesk_mgmt_sla"],
    "data": ["security/ir.model.access.csv"],
}
