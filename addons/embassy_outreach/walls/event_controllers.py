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
    def init_barcode_interface(self, event_id):
        return super().init_barcode_interface(self._seen_event(event_id).id)

    def _seen_event(self, event_id):
        events = request.env["event.event"]
        if not event_id or not events.has_access("read"):
            return events
        return events.search([("id", "=", event_id)])
