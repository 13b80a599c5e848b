def migrate(cr, version):
    """Replies that nobody has read yet are seen for as long as new ones."""
    cr.execute(
        """UPDATE embassy_case_item SET date_gone = CURRENT_DATE + 14
           WHERE kind = 'reply' AND is_read IS NOT TRUE AND date_gone IS NULL"""
    )
