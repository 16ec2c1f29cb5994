-- The feed: published events in one order that readers can resume from.
ALTER TABLE "outbox_event" ADD COLUMN "position" BIGINT;

CREATE TABLE "feed_state" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "newest" BIGINT NOT NULL DEFAULT 0,
    "pruned" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "feed_state_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "feed_state_one_row" CHECK ("id" = 1),
    CONSTRAINT "feed_state_in_order" CHECK ("pruned" <= "newest")
);

-- What was published before there was a feed stands at its beginning, so that it is retained and pruned like the rest.
UPDATE "outbox_event" e SET "position" = o.n
FROM (SELECT "id", row_number() OVER (ORDER BY "seq") AS n FROM "outbox_event" WHERE "published_at" IS NOT NULL) o
WHERE o."id" = e."id";
INSERT INTO "feed_state" ("newest") SELECT count("position") FROM "outbox_event";

CREATE UNIQUE INDEX "outbox_event_position_key" ON "outbox_event"("position");

-- Core API processes hear of new positions at once (polling is the net).
CREATE FUNCTION notify_feed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('feed', '');
  RETURN NULL;
END $$;
CREATE TRIGGER "feed_state_is_news" AFTER UPDATE OF "newest" ON "feed_state" FOR EACH STATEMENT EXECUTE FUNCTION notify_feed();
