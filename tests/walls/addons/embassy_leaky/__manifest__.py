{
    "name": "Leaks on purpose",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "summary": "One leak for each channel that the wall probes look through",
    "author": "People's Embassies of Belarus",
    "website": "https://belarusabroad.org",
    "license": "AGPL-3",
    "depends": ["mail", "portal"],
    "data": [
        "security/ir.model.access.csv",
        "security/embassy_leaky_rules.xml",
        "data/ir_cron_data.xml",
    ],
    "installable": True,
}
