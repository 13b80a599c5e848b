from . import embassy_chapter_mixin
from . import embassy_shared_mixin
