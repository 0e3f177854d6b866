-- What is due is read in the order in which it goes, without a look at all that waits behind it.
CREATE INDEX outbox_queue ON outbox (state, priority, not_before, delivery_id);

DROP INDEX outbox_due {on_outbox};
