-- Of the client, as the gateway saw it.
ALTER TABLE "audit_entry" ADD COLUMN "ip" TEXT;
