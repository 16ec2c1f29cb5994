CREATE TYPE voucher_status AS ENUM ('ISSUED', 'REDEEMED', 'CANCELLED');

CREATE TABLE voucher (
  id UUID NOT NULL,
  beneficiary_id UUID NOT NULL,
  vendor_id UUID,
  amount_minor BIGINT NOT NULL,
  currency CHAR(3) NOT NULL,
  status voucher_status NOT NULL DEFAULT 'ISSUED',
  issued_at TIMESTAMPTZ(3) NOT NULL,
  valid_until TIMESTAMPTZ(3) NOT NULL,
  redeemed_at TIMESTAMPTZ(3),
  cancelled_at TIMESTAMPTZ(3),
  CONSTRAINT voucher_pkey PRIMARY KEY (id),
  CONSTRAINT voucher_amount_positive CHECK (amount_minor > 0),
  CONSTRAINT voucher_currency_iso CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT voucher_valid_after_issue CHECK (valid_until > issued_at),
  -- A voucher is redeemed once, by one vendor, while it is valid; and never after it was cancelled.
  CONSTRAINT voucher_redeemed_whole CHECK (
    (status = 'REDEEMED') = (redeemed_at IS NOT NULL) AND (status = 'REDEEMED') = (vendor_id IS NOT NULL)
    AND (redeemed_at IS NULL OR redeemed_at <= valid_until)
  ),
  CONSTRAINT voucher_cancelled_whole CHECK ((status = 'CANCELLED') = (cancelled_at IS NOT NULL))
);
CREATE INDEX voucher_beneficiary_id_id_idx ON voucher (beneficiary_id, id);
CREATE INDEX voucher_status_id_idx ON voucher (status, id);
CREATE INDEX voucher_vendor_id_idx ON voucher (vendor_id);

CREATE TABLE voucher_totals (
  id INTEGER NOT NULL,
  issued_count INTEGER NOT NULL,
  issued_minor BIGINT NOT NULL,
  redeemed_minor BIGINT NOT NULL,
  CONSTRAINT voucher_totals_pkey PRIMARY KEY (id),
  CONSTRAINT voucher_totals_one_row CHECK (id = 1),
  CONSTRAINT voucher_totals_in_order CHECK (issued_count >= 0 AND 0 <= redeemed_minor AND redeemed_minor <= issued_minor)
);
INSERT INTO voucher_totals (id, issued_count, issued_minor, redeemed_minor) VALUES (1, 0, 0, 0);

-- What was redeemed or cancelled stays so, and no voucher disappears, whatever code may try.
CREATE FUNCTION voucher_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'voucher % is % and stays so', OLD.id, OLD.status USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER voucher_final BEFORE UPDATE ON voucher FOR EACH ROW WHEN (OLD.status <> 'ISSUED') EXECUTE FUNCTION voucher_is_final();
CREATE TRIGGER voucher_stays BEFORE DELETE ON voucher FOR EACH ROW EXECUTE FUNCTION voucher_is_final();
