from . import embassy_brief
from . import embassy_score_card
