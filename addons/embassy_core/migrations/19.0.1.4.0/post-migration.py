def migrate(cr, version):
    """Names have an index of words: the one of trigrams goes, and the planner learns of the new."""
    cr.execute("DROP INDEX IF EXISTS res_partner__name_search_key_index")
    cr.execute("ANALYZE res_partner")
