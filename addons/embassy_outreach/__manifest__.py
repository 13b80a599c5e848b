{
    "name": "People's Embassy: outreach",
    "version": "19.0.1.0.0",
    "category": "Services/People's Embassy",
    "summary": "Organised visits with programme and delegation on events",
    "author": "People's Embassies of Belarus",
    "website": "https://belarusabroad.org",
    "license": "AGPL-3",
    "depends": ["embassy_core", "event", "mass_mailing"],
    "data": ["security/ir.model.access.csv"],
}
