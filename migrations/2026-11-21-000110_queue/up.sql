-- What is due is read in the order in which it goes, without a look at all that waits behind it.
CREATE INDEX outbox_queue ON outbox (state, priority, not_before, delivery_id);

-- MySQL alone wants to know the table, and reads such comments.
DROP INDEX outbox_due /*! ON outbox */;
