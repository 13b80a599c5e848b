"""Where the walls around models that are not ours stand, one file a wall.

A model of ours carries its own wall: the chapter column of ``embassy.chapter.mixin`` (or the
deliberate gap of ``embassy.shared.mixin``) and its global rule in ``security/``.
"""
