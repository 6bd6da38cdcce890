package jobs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"parley/channel"
	"parley/desk"
	"parley/store"
)

// attachments makes a customer send files and returns their messages.
func (o *office) attachments(n int) []desk.ID {
	o.t.Helper()
	var all []desk.Update
	for i := range n {
		o.lines++
		all = append(all, desk.Update{Channel: o.channel.ExternalID, At: o.clock.Now(), News: desk.InboundMessage{
			ExternalID: fmt.Sprintf("in.%d", o.lines), From: desk.Sender{Phone: "+421905111201"}, Type: desk.TypeDocument, Opens: true,
			Media: &desk.MediaRef{ProviderID: fmt.Sprint("media.", i), MIME: "image/png", Name: "notes.txt"},
		}})
	}
	o.delivers(o.conn, o.network.holds(all...))
	o.drains()
	page, err := o.store.Messages(o.t.Context(), o.actor.Scope, o.threads(o.actor)[0].Conversation.ID, desk.Paging{Limit: 200})
	o.must(err)
	var ids []desk.ID
	for _, row := range page.Items {
		ids = append(ids, row.Message.ID)
	}
	return ids
}

func (o *office) file(message desk.ID) desk.File {
	o.t.Helper()
	rows, err := o.store.MessageRows(o.t.Context(), o.actor.Scope, []desk.ID{message})
	o.must(err)
	return rows[0].Files[0]
}

// fetches brings what can be had now, and reports whether the network was asked
// for anything.
func (o *office) fetches() bool {
	o.t.Helper()
	asked := func() (n int) {
		o.network.locked(func() { n = o.network.fetched })
		return n
	}
	before := asked()
	for {
		_, _, err := o.jobs.fetcher.pass(o.t.Context())
		o.must(err)
		o.jobs.fetcher.wait()
		select {
		case <-o.jobs.poked[loopFiles]:
		default:
			return asked() > before
		}
	}
}

// arrives waits until a message's file is stored, with the loops running.
func (o *office) arrives(message desk.ID) {
	o.t.Helper()
	changed, stop := o.store.Watch(store.ChangesLogged)
	defer stop()
	late := time.After(patience)
	for o.file(message).State != desk.FileStored {
		select {
		case <-changed:
		case <-late:
			o.t.Fatalf("file: %+v", o.file(message))
		}
	}
}

func TestFilesAreFetchedAllOfThem(t *testing.T) {
	o := newOffice(t)
	o.network.fetch = func(ref desk.MediaRef) (channel.Download, error) {
		return download([]byte("bytes of " + ref.ProviderID))
	}
	ms := o.attachments(2*filesAtOnce + 3)
	o.fetches()
	if o.fetches() {
		t.Error("asks again although nothing is pending")
	}
	for _, m := range ms {
		f := o.file(m)
		if f.State != desk.FileStored || f.MIME != "text/plain" || f.Hash == "" {
			t.Fatalf("file: %+v", f)
		}
		body, err := o.files.Open(t.Context(), f.Workspace, f.Hash)
		o.must(err)
		data, err := io.ReadAll(body)
		o.must(errors.Join(err, body.Close()))
		if string(data) != "bytes of "+f.Ref.ProviderID {
			t.Errorf("kept %q of %s", data, f.Ref.ProviderID)
		}
	}
}

// Browsers drop what has no higher version than what they show.
func TestAMessageHasANewVersionWithItsFile(t *testing.T) {
	for name, fetch := range map[string]func(desk.MediaRef) (channel.Download, error){
		"arrived": func(desk.MediaRef) (channel.Download, error) { return download([]byte("bytes")) },
		"missed": func(desk.MediaRef) (channel.Download, error) {
			return channel.Download{}, &desk.SendError{Kind: desk.Permanent, Code: "expired", Text: "WhatsApp has deleted the file."}
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.network.fetch = fetch
			m := o.attachments(1)[0]
			before := o.message(m).Version
			_, last, err := o.store.ChangeRange(t.Context(), o.actor.Member.Workspace)
			o.must(err)
			o.fetches()
			if o.file(m).State == desk.FilePending {
				t.Fatal("nothing became of the file")
			}
			if after := o.message(m).Version; after <= before {
				t.Errorf("the message's version was %d and is %d", before, after)
			}
			changes, err := o.store.Changes(t.Context(), o.actor.Member.Workspace, last, 10)
			o.must(err)
			if len(changes) != 1 || changes[0].Kind != desk.MessageChanged || changes[0].Subject != m {
				t.Errorf("told %+v, want the message once", changes)
			}
		})
	}
}

func TestAFileIsTriedAgainLaterAndLater(t *testing.T) {
	o := newOffice(t)
	tries := 0
	o.network.fetch = func(desk.MediaRef) (channel.Download, error) {
		tries++
		switch tries {
		case 1:
			return channel.Download{}, &desk.SendError{Kind: desk.Temporary, Code: "network", Text: "Not now."}
		case 2:
			panic("a bug")
		case 3:
			return channel.Download{Body: io.NopCloser(io.MultiReader(bytes.NewReader([]byte("half of")), broken{})), Size: 100}, nil
		}
		return download([]byte("all of it"))
	}
	m := o.attachments(1)[0]
	for i, wait := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
		o.fetches()
		f := o.file(m)
		if f.State != desk.FilePending || f.Tries != i+1 || f.Reason == "" || !f.NextTry.Equal(o.clock.Now().Add(wait)) {
			t.Fatalf("after try %d: %+v", i+1, f)
		}
		o.clock.pass(wait - time.Microsecond)
		if o.fetches() {
			t.Fatal("tried again too early")
		}
		o.clock.pass(time.Microsecond)
	}
	o.fetches()
	if f := o.file(m); f.State != desk.FileStored || f.Reason != "" || f.Size != int64(len("all of it")) {
		t.Errorf("file: %+v", f)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

// zeros is an endless body.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestFilesThatAreGivenUp(t *testing.T) {
	tests := []struct {
		name  string
		fetch func(desk.MediaRef) (channel.Download, error)
		state desk.FileState
	}{
		{"gone at the provider", func(desk.MediaRef) (channel.Download, error) {
			return channel.Download{}, &desk.SendError{Kind: desk.Permanent, Code: "expired", Text: "WhatsApp has deleted the file."}
		}, desk.FileExpired},
		{"refused", func(desk.MediaRef) (channel.Download, error) {
			return channel.Download{}, &desk.SendError{Kind: desk.Permanent, Code: "131052", Text: "The file is too large."}
		}, desk.FileFailed},
		{"larger than said", func(desk.MediaRef) (channel.Download, error) {
			return channel.Download{Body: io.NopCloser(zeros{}), Size: 10}, nil
		}, desk.FileFailed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			o.network.fetch = tt.fetch
			m := o.attachments(1)[0]
			o.fetches()
			if f := o.file(m); f.State != tt.state || f.Reason == "" || f.Hash != "" {
				t.Errorf("file: %+v, want %s with a reason", f, tt.state)
			}
			o.clock.pass(24 * time.Hour)
			if o.fetches() {
				t.Error("is asked for again")
			}
		})
	}
}

func TestASlowDownloadKeepsOnePlace(t *testing.T) {
	o := newOffice(t)
	hang := make(chan struct{})
	var under, most atomic.Int32
	o.network.fetch = func(ref desk.MediaRef) (channel.Download, error) {
		now := under.Add(1)
		defer under.Add(-1)
		for was := most.Load(); now > was && !most.CompareAndSwap(was, now); was = most.Load() {
		}
		if ref.ProviderID == "media.0" || ref.ProviderID == "media.5" {
			<-hang
		}
		return download([]byte("bytes"))
	}
	ms := o.attachments(5 * filesAtOnce)
	slices.Reverse(ms) // into the order in which they were sent
	o.starts()
	for i, m := range ms {
		if i != 0 && i != 5 {
			o.arrives(m)
		}
	}
	for _, i := range []int{0, 5} {
		if f := o.file(ms[i]); f.State != desk.FilePending {
			t.Errorf("a slow file is %s", f.State)
		}
	}
	close(hang)
	o.arrives(ms[0])
	o.arrives(ms[5])
	if n := most.Load(); n > filesAtOnce {
		t.Errorf("%d downloads were under way at once, want at most %d", n, filesAtOnce)
	}
}

// More than there are places for cannot be written down.
func TestFilesThatCannotBeHandledRestAndAreGivenUp(t *testing.T) {
	o := newOffice(t)
	o.network.fetch = func(desk.MediaRef) (channel.Download, error) { return download([]byte("bytes")) }
	bad := o.attachments(filesAtOnce + 1)
	var ids []desk.ID
	for _, m := range bad {
		ids = append(ids, o.file(m).ID)
	}
	o.flaky.spoils(ids...)
	o.fetches()
	o.attachments(1)
	page, err := o.store.Messages(t.Context(), o.actor.Scope, o.threads(o.actor)[0].Conversation.ID, desk.Paging{Limit: 1})
	o.must(err)
	good := page.Items[0].Message.ID
	o.fetches()
	if f := o.file(good); f.State != desk.FileStored {
		t.Errorf("the file behind those is %s", f.State)
	}
	tries := 1
	for o.file(bad[0]).State == desk.FilePending {
		o.clock.pass(time.Second << (tries - 1))
		if tries++; tries > giveUpAfter || !o.fetches() {
			t.Fatalf("after %d tries: %+v", tries, o.file(bad[0]))
		}
	}
	for _, m := range bad {
		if f := o.file(m); f.State != desk.FileFailed || f.Reason == "" || tries != giveUpAfter {
			t.Errorf("after %d tries: %+v", tries, f)
		}
	}
}

func TestFilesOfARemovedConnectionAreGivenUp(t *testing.T) {
	o := newOffice(t)
	m := o.attachments(1)[0]
	o.write(func(tx desk.Tx) error {
		o.conn.RemovedAt = o.clock.Now()
		return tx.SetConnection(o.conn)
	})
	o.fetches()
	if f := o.file(m); f.State != desk.FileFailed || f.Reason == "" {
		t.Errorf("file: %+v", f)
	}
}
