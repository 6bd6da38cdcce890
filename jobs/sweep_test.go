package jobs

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"time"

	"parley/desk"
)

func TestBytesThatNoRowNamesAreDeletedAfterAWeek(t *testing.T) {
	o := newOffice(t)
	ws := o.actor.Member.Workspace
	saves := func(workspace desk.ID, text string) desk.Stored {
		t.Helper()
		s, err := o.files.Save(t.Context(), workspace, strings.NewReader(text), 1<<20)
		o.must(err)
		return s
	}
	there := func(workspace desk.ID, s desk.Stored) bool {
		t.Helper()
		f, err := o.files.Open(t.Context(), workspace, s.Hash)
		if errors.Is(err, fs.ErrNotExist) {
			return false
		}
		o.must(err)
		o.must(f.Close())
		return true
	}
	_, sent := o.picture(o.hears("+421905111201")[0], "the bytes")
	orphan, foreign := saves(ws, "orphan"), saves(ws+1<<40, "of another database")
	o.clock.pass(orphansFor - time.Second)
	unsent := saves(ws, "never sent")
	_, err := o.desk.AddUpload(t.Context(), o.actor, "never sent.txt", unsent)
	o.must(err)
	sweeps := func() {
		t.Helper()
		_, again, err := o.jobs.sweep(t.Context())
		o.must(err)
		if again {
			t.Error("sweeps again at once")
		}
	}
	sweeps()
	if !there(ws, orphan) {
		t.Fatal("an orphan was deleted before its time")
	}
	o.clock.pass(2 * time.Second)
	sweeps()
	if there(ws, orphan) || !there(ws, sent) || !there(ws, unsent) || !there(ws+1<<40, foreign) {
		t.Errorf("orphan %v, sent %v, unsent %v, of another database %v", there(ws, orphan), there(ws, sent), there(ws, unsent), there(ws+1<<40, foreign))
	}
	o.clock.pass(orphansFor)
	_, _, err = o.jobs.prune(t.Context())
	o.must(err)
	sweeps()
	if there(ws, unsent) || !there(ws, sent) {
		t.Errorf("after pruning: unsent %v, sent %v", there(ws, unsent), there(ws, sent))
	}
}
