"""Who may send mailings."""

SENDER_GROUP = "mass_mailing.group_mass_mailing_user"
