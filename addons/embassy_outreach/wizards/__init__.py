from . import embassy_letter_book
