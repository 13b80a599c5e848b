from . import embassy_score_card
