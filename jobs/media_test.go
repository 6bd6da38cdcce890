package jobs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"parley/channel"
	"parley/desk"
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

func (o *office) fetches() (again bool) {
	o.t.Helper()
	_, again, err := o.jobs.fetchFiles(o.t.Context())
	o.must(err)
	return again
}

func TestFilesAreFetchedAllOfThem(t *testing.T) {
	o := newOffice(t)
	o.network.fetch = func(ref desk.MediaRef) (channel.Download, error) {
		return download([]byte("bytes of " + ref.ProviderID))
	}
	ms := o.attachments(2*filesPerLook + 3)
	for range 3 {
		if !o.fetches() {
			t.Fatal("does not look again although more is pending")
		}
	}
	if o.fetches() {
		t.Error("looks again although nothing is pending")
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
