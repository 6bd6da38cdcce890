package store

import (
	"testing"
	"time"
)

// TestNamesReadBeforeAChangeAreNotKept: a member changed while the names were read.
func TestNamesReadBeforeAChangeAreNotKept(t *testing.T) {
	t.Parallel()
	var b nameBook
	now := time.Now()
	_, edits := b.look(1, now)
	b.forget()
	b.keep(1, namePage{names: nil, read: now}, edits)
	if len(b.pages) != 0 {
		t.Error("names from before the change were kept")
	}
	_, edits = b.look(1, now)
	b.keep(1, namePage{names: nil, read: now}, edits)
	if len(b.pages) != 1 {
		t.Error("names from after the change were not kept")
	}
}
