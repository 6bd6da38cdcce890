package store

import (
	"errors"
	"testing"
	"time"
)

// TestReadBeforeAChangeIsNotKept: something changed while it was read.
func TestReadBeforeAChangeIsNotKept(t *testing.T) {
	t.Parallel()
	var k kept[int, string]
	now := time.Now()
	read := func(value string, err error, meanwhile func()) string {
		t.Helper()
		got, _ := k.get(1, now, func() (string, error) {
			meanwhile()
			return value, err
		})
		return got
	}
	nothing := func() {}
	read("before", nil, k.forget)
	read("failed", errors.New("broken"), nothing)
	if got := read("after", nil, nothing); got != "after" {
		t.Errorf("read %q, which is from before the change or of a failed read", got)
	}
	if got := read("again", nil, nothing); got != "after" {
		t.Errorf("read %q, though it was kept", got)
	}
	now = now.Add(keptFor)
	if got := read("later", nil, nothing); got != "later" {
		t.Errorf("read %q, which is too old", got)
	}
}
