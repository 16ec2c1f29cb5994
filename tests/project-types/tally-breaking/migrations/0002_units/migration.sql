-- Only adds: version 1 goes on writing to the same table while version 2 starts.
ALTER TABLE tally_mark ADD COLUMN note TEXT;
