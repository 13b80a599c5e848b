def migrate(cr, version):
    """A closed case is erased by the day of its closing: each has one, and no open case has."""
    cr.execute("UPDATE helpdesk_ticket SET closed_date = NULL WHERE is_case AND is_open")
    cr.execute(
        """UPDATE helpdesk_ticket SET closed_date = COALESCE(
               (SELECT max(date) FROM embassy_case_transition step
                WHERE step.case_id = helpdesk_ticket.id),
               write_date)
           WHERE is_case AND NOT is_open AND closed_date IS NULL"""
    )
