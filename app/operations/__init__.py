"""What joins the room and the record: prime, recover, reflow, audit, sweep."""
