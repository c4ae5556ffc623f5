-- The hubs that a document names beside the one in use, in the order in which they are tried; blanks between them.
ALTER TABLE feeds ADD COLUMN other_hubs TEXT NOT NULL DEFAULT '';
