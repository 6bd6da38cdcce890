package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/channel"
	"parley/desk"
)

var noAnswer = &desk.SendError{Kind: desk.Ambiguous, Code: "timeout", Text: "No answer came."}

// unanswered is a message whose send got no answer, with another behind it.
func (o *office) unanswered() (first, behind desk.ID, try *call) {
	o.t.Helper()
	c := o.hears("+421905111201")[0]
	first, behind = o.replies(c, "first"), o.replies(c, "behind")
	o.looks()
	try = o.network.next()
	try.fails(noAnswer)
	o.lands()
	o.is(first, desk.StatusUnknown)
	return first, behind, try
}

func TestNothingLeavesBehindAnUnknownMessage(t *testing.T) {
	o := newOffice(t)
	first, behind, try := o.unanswered()
	o.network.answersAtOnce(true)
	o.clock.pass(desk.WitnessWait - time.Microsecond)
	o.settlesOpen()
	o.settles()
	o.is(first, desk.StatusUnknown)
	o.is(behind, desk.StatusQueued)

	o.told("wamid.1", desk.StatusSent, try.Ref)
	o.settlesOpen()
	o.settles()
	if m := o.is(first, desk.StatusSent); m.Flagged || m.ExternalID != "wamid.1" {
		t.Errorf("message: %+v", m)
	}
	o.is(behind, desk.StatusAccepted)
	if got := o.network.texts(); !slices.Equal(got, []string{"behind"}) {
		t.Errorf("taken: %v, want the first one never again", got)
	}
}

func TestAnUnwitnessedMessageIsSentOnceMore(t *testing.T) {
	o := newOffice(t)
	first, behind, try := o.unanswered()
	o.clock.pass(desk.WitnessWait)
	o.settlesOpen()
	o.looks()
	second := o.network.next()
	if second.Text != "first" || second.Ref == try.Ref {
		t.Fatalf("%q leaves with the reference %q after %q", second.Text, second.Ref, try.Ref)
	}
	if m := o.is(first, desk.StatusAttempting); !m.Flagged {
		t.Error("the second try is not flagged")
	}
	second.fails(noAnswer)
	o.lands()
	o.is(first, desk.StatusUnknown)
	o.clock.pass(desk.WitnessWait)
	o.settlesOpen()
	if m := o.is(first, desk.StatusFailed); m.ErrorCode != "unconfirmed" || m.ErrorText == "" {
		t.Errorf("message: %+v", m)
	}
	o.network.answersAtOnce(true)
	o.settles()
	o.is(behind, desk.StatusAccepted)
}

func TestSendsOfAnEndedProcessAreUnknown(t *testing.T) {
	o := newOffice(t)
	c := o.hears("+421905111201")[0]
	m := o.replies(c, "first")
	s, err := o.desk.StartSend(t.Context(), m)
	o.must(err)
	o.is(m, desk.StatusAttempting)

	o.jobs = o.runner()
	o.starts()
	o.is(m, desk.StatusUnknown)
	o.must(o.desk.AppendHook(t.Context(), o.conn, o.network.holds(desk.Update{Channel: "100", At: o.clock.Now(), News: desk.StatusNews{ExternalID: "wamid.1", Status: desk.StatusDelivered, Witness: s.Outgoing.Ref}})))
	o.becomes(m, desk.StatusDelivered)
	o.network.none()
}

// The process was away for longer than a witness is waited for. It may lie in the
// ledger, or the provider brings it now.
func TestAStartListensBeforeItResends(t *testing.T) {
	for _, tt := range []struct {
		name  string
		early bool
	}{{"in the ledger", true}, {"still with the provider", false}} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			first, _, try := o.unanswered()
			witness := o.network.holds(desk.Update{Channel: "100", At: o.clock.Now(), News: desk.StatusNews{ExternalID: "wamid.1", Status: desk.StatusDelivered, Witness: try.Ref}})
			if tt.early {
				o.must(o.desk.AppendHook(t.Context(), o.conn, witness))
			}
			o.clock.pass(10 * time.Minute)
			o.jobs = o.runner()
			o.starts()
			o.settlesOpen()
			o.network.answersAtOnce(true)
			if !tt.early {
				o.is(first, desk.StatusUnknown)
				o.must(o.desk.AppendHook(t.Context(), o.conn, witness))
			}
			o.becomes(first, desk.StatusDelivered)
			if slices.Contains(o.network.texts(), "first") {
				t.Error("the message left a second time")
			}
		})
	}
}

func TestNothingIsDecidedWhileTheLedgerIsUnread(t *testing.T) {
	o := newOffice(t)
	first, _, try := o.unanswered()
	o.must(o.desk.AppendHook(t.Context(), o.conn, o.network.holds(desk.Update{Channel: "100", At: o.clock.Now(), News: desk.StatusNews{ExternalID: "wamid.1", Status: desk.StatusDelivered, Witness: try.Ref}})))
	o.clock.pass(desk.WitnessWait)
	o.settlesOpen()
	o.is(first, desk.StatusUnknown)
	o.drains()
	o.settlesOpen()
	o.is(first, desk.StatusDelivered)
}

// What came after the wait has no say, so that there is always an end.
func TestHooksAfterTheWaitDelayNoDecision(t *testing.T) {
	o := newOffice(t)
	first, _, _ := o.unanswered()
	o.clock.pass(desk.WitnessWait + time.Microsecond)
	o.must(o.desk.AppendHook(t.Context(), o.conn, o.network.holds()))
	o.settlesOpen()
	o.is(first, desk.StatusQueued)
}

func TestAnAnswerThatCouldNotBeWrittenDownIsUnknown(t *testing.T) {
	o := newOffice(t)
	c := o.hears("+421905111201")[0]
	m := o.replies(c, "first")
	o.looks()
	try := o.network.next()
	o.settlesOpen()
	o.is(m, desk.StatusAttempting) // somebody here sends it
	o.flaky.down.Store(true)
	try.takes("wamid.1")
	o.lands()
	o.is(m, desk.StatusAttempting)
	if wait := o.looks(); wait != time.Second {
		t.Errorf("the lane goes on after %v, want a second of quiet", wait)
	}
	o.clock.pass(time.Second)
	o.settlesOpen()
	o.is(m, desk.StatusAttempting)
	o.flaky.down.Store(false)
	o.clock.pass(2 * time.Second)
	o.settlesOpen()
	o.is(m, desk.StatusUnknown)
	o.told("wamid.1", desk.StatusSent, try.Ref)
	if m := o.is(m, desk.StatusSent); m.Flagged {
		t.Error("a message that was sent once is flagged")
	}
}

// A provider tells time in seconds, and two tries may fail within one.
func TestBothTriesOfAMessageMayFailInOneSecond(t *testing.T) {
	o := newOffice(t)
	m := o.replies(o.hears("+421905111201")[0], "twice")
	for _, id := range []string{"wamid.1", "wamid.2"} {
		o.looks()
		o.network.next().takes(id)
		o.lands()
		for range 2 { // providers repeat themselves
			o.delivers(o.conn, o.network.holds(desk.Update{Channel: "100", At: o.clock.Now(), News: desk.StatusNews{
				ExternalID: id, Status: desk.StatusFailed, Failure: &desk.SendError{Kind: desk.Permanent, Code: "131026", Text: "Not delivered."},
			}}))
			o.drains()
			o.is(m, desk.StatusFailed)
		}
		if id == "wamid.1" {
			_, err := o.desk.Retry(t.Context(), o.actor, m)
			o.must(err)
		}
	}
	notes, err := o.store.StatusNotes(t.Context(), o.actor.Scope, m)
	o.must(err)
	if len(notes) != 2 {
		t.Errorf("told: %+v, want each failure once", notes)
	}
}

func TestAPanicIsTheFailureOfOneSend(t *testing.T) {
	o := newOffice(t)
	cs := o.hears(phones(2)...)
	bad, good := o.replies(cs[0], "bad"), o.replies(cs[1], "good")
	o.looks()
	for range 2 {
		c := o.network.next()
		c.answer <- func() (channel.Receipt, error) {
			if c.Text == "bad" {
				panic("a bug")
			}
			return channel.Receipt{ExternalID: "wamid.1"}, nil
		}
	}
	o.lands()
	o.is(bad, desk.StatusUnknown)
	o.is(good, desk.StatusAccepted)
}

func TestStopHearsTheAnswersOfSendsUnderWay(t *testing.T) {
	o := newOffice(t)
	cs := o.hears(phones(2)...)
	o.must(o.jobs.Start(t.Context()))
	m := o.replies(cs[0], "under way")
	try := o.network.next()
	stopped := make(chan struct{})
	go func() {
		o.jobs.Stop()
		close(stopped)
	}()
	o.jobs.done.Wait() // the loops have ended
	late := o.replies(cs[1], "too late")
	select {
	case <-stopped:
		t.Fatal("Stop did not wait for the send under way")
	default:
	}
	try.takes("wamid.1")
	<-stopped
	if m := o.is(m, desk.StatusAccepted); m.ExternalID != "wamid.1" {
		t.Errorf("message: %+v", m)
	}
	o.network.none()
	o.is(late, desk.StatusQueued)
	o.jobs.Stop() // again does nothing
}

// picture is a reply with a file that was uploaded to us.
func (o *office) picture(c desk.ID, bytes string) (m desk.ID, stored desk.Stored) {
	o.t.Helper()
	stored, err := o.files.Save(o.t.Context(), o.actor.Member.Workspace, strings.NewReader(bytes), 1<<20)
	o.must(err)
	f, err := o.desk.AddUpload(o.t.Context(), o.actor, "notes.txt", stored)
	o.must(err)
	return o.drafts(c, desk.Draft{Type: desk.TypeDocument, Text: "caption", Content: desk.Content{Files: []desk.ID{f.ID}}}), stored
}

func TestTheProviderHoldsTheFileBeforeTheMessageLeaves(t *testing.T) {
	o := newOffice(t)
	var got []byte
	o.network.upload = func(u desk.Upload) (channel.Uploaded, error) {
		got, _ = io.ReadAll(u.Body)
		return channel.Uploaded{ProviderID: "media.1", ExpiresAt: o.clock.Now().Add(30 * 24 * time.Hour)}, nil
	}
	m, _ := o.picture(o.hears("+421905111201")[0], "the bytes")
	o.looks()
	try := o.network.next()
	if string(got) != "the bytes" || try.Media == nil || try.Media.ProviderID != "media.1" || try.Media.Name != "notes.txt" {
		t.Fatalf("uploaded %q, sent %+v", got, try.Media)
	}
	rows, err := o.store.MessageRows(t.Context(), o.actor.Scope, []desk.ID{m})
	o.must(err)
	if f := rows[0].Files[0]; f.ProviderID != "media.1" {
		t.Errorf("while the message leaves, the file's row says %+v", f)
	}
	try.fails(&desk.SendError{Kind: desk.Temporary, Code: "131000", Text: "Try later."})
	o.lands()
	o.clock.pass(time.Second)
	o.looks()
	o.network.next().takes("wamid.1")
	o.lands()
	o.is(m, desk.StatusAccepted)
	if o.network.uploads != 1 {
		t.Errorf("uploaded %d times, want once", o.network.uploads)
	}
}

// An upload takes up to minutes, a text a moment.
func TestUploadsStopNoText(t *testing.T) {
	o := newOffice(t)
	slow := make(chan struct{})
	o.network.upload = func(desk.Upload) (channel.Uploaded, error) {
		<-slow
		return channel.Uploaded{ProviderID: "media.1"}, nil
	}
	var pictures []desk.ID
	for _, c := range o.hears(phones(inFlight + 5)...) {
		m, _ := o.picture(c, fmt.Sprint("picture ", c))
		pictures = append(pictures, m)
	}
	text := o.replies(o.hears("+421905111999")[0], "in time")
	o.looks()
	o.network.next().takes("wamid.1")
	o.becomes(text, desk.StatusAccepted)
	for late := time.After(patience); o.underWay().flying > 0; { // the place is given back after the commit
		select {
		case <-o.jobs.poked[loopLanes]:
		case <-late:
			t.Fatal("the text keeps its place after it was accepted")
		}
	}
	o.looks()
	if n := o.underWay(); n.files != withFiles || n.flying != 0 {
		t.Errorf("under way: %+v, want %d with files", n, withFiles)
	}
	o.network.answersAtOnce(true)
	close(slow)
	o.settles()
	for _, m := range pictures {
		o.is(m, desk.StatusAccepted)
	}
}

func TestUploadsThatFail(t *testing.T) {
	refused := &desk.SendError{Kind: desk.Permanent, Code: "131053", Text: "The file cannot be used."}
	tests := []struct {
		name   string
		upload func(o *office) (channel.Uploaded, error)
		status desk.Status
		code   string
	}{
		{"refused", func(*office) (channel.Uploaded, error) { return channel.Uploaded{}, refused }, desk.StatusFailed, "131053"},
		{"not now", func(*office) (channel.Uploaded, error) {
			return channel.Uploaded{}, &desk.SendError{Kind: desk.Temporary, Code: "network", Text: "Not now."}
		}, desk.StatusQueued, "network"},
		{"kept for too short a time", func(o *office) (channel.Uploaded, error) {
			return channel.Uploaded{ProviderID: "media.1", ExpiresAt: o.clock.Now().Add(time.Minute)}, nil
		}, desk.StatusQueued, "upload_expired"},
		{"a panic", func(*office) (channel.Uploaded, error) { panic("a bug") }, desk.StatusQueued, "internal"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			o.network.upload = func(desk.Upload) (channel.Uploaded, error) { return tt.upload(o) }
			m, _ := o.picture(o.hears("+421905111201")[0], "the bytes")
			o.settles()
			if got := o.is(m, tt.status); got.ErrorCode != tt.code || got.ErrorText == "" {
				t.Errorf("message shows %q %q, want %q", got.ErrorCode, got.ErrorText, tt.code)
			}
			if o.network.uploads != 1 {
				t.Errorf("uploaded %d times without a pause", o.network.uploads)
			}
			o.network.none()
			if tt.status == desk.StatusFailed {
				return
			}
			o.network.upload = func(desk.Upload) (channel.Uploaded, error) {
				return channel.Uploaded{ProviderID: "media.2", ExpiresAt: o.clock.Now().Add(24 * time.Hour)}, nil
			}
			o.network.answersAtOnce(true)
			o.clock.pass(time.Second)
			o.settles()
			o.is(m, desk.StatusAccepted)
		})
	}
}

func TestAFileThatIsGoneFailsTheMessageAndOneThatCannotBeReadWaits(t *testing.T) {
	for _, tt := range []struct {
		name   string
		err    error
		status desk.Status
		code   string
	}{
		{"gone", os.ErrNotExist, desk.StatusFailed, "file_missing"},
		{"unreadable", errors.New("too many open files"), desk.StatusQueued, "file_unreadable"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			m, _ := o.picture(o.hears("+421905111201")[0], "the bytes")
			o.jobs.files = unreadable{o.files, &os.PathError{Op: "open", Path: filepath.Join("files", "x"), Err: tt.err}}
			o.settles()
			if got := o.is(m, tt.status); got.ErrorCode != tt.code {
				t.Errorf("message shows %q %q, want %q", got.ErrorCode, got.ErrorText, tt.code)
			}
		})
	}
}

type unreadable struct {
	Files
	err error
}

func (u unreadable) Open(context.Context, desk.ID, string) (io.ReadSeekCloser, error) {
	return nil, u.err
}
