import json

from odoo.http import request, route

from odoo.addons.event.controllers.main import EventController


class WalledEvent(EventController):
    """An event that one does not see is answered as one that is not there."""

    @route(
        ["/event/<int:event_id>/ics", "/event/<string:slug>-<int:event_id>/ics"], methods=["GET"]
    )
    def event_ics_file(self, event_id, slot_id=None, **kwargs):
        event = self._seen_event(event_id)
        slots = [str(slot.id) for slot in event.event_slot_ids]
        if not event or (slot_id and slot_id not in slots):
            raise request.not_found()
        return super().event_ics_file(event, slot_id=slot_id, **kwargs)

    @route()
    def event_my_tickets(self, event_id, registration_ids=None, tickets_hash=None, **kwargs):
        """What is no list of numbers is refused before core looks whether there is the event."""
        try:
            ids = json.loads(registration_ids or "[]")
        except ValueError:
            ids = None
        numbers = isinstance(ids, list) and all(isinstance(id_, int) for id_ in ids)
        if not (ids and numbers and tickets_hash and tickets_hash.isascii()):
            raise request.not_found()
        return super().event_my_tickets(event_id, registration_ids, tickets_hash, **kwargs)

    @route()
    def init_barcode_interface(self, event_id):
        return super().init_barcode_interface(self._seen_event(event_id).id)

    def _seen_event(self, event_id):
        events = request.env["event.event"]
        if not event_id or not events.has_access("read"):
            return events
        return events.search([("id", "=", event_id)])
