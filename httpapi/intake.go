package httpapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"parley/desk"
)

// intake is how much a client may send to a route, and how fast it has to be, so
// that nobody holds a connection by sending a byte now and then.
type intake struct {
	most   int64         // bytes
	within time.Duration // for all of it,
	pace   int64         // and a second more for each so many bytes that came; 0: no more
	file   int64         // what of it may be a file; 0: the body is none
}

// intakeKind names the intakes of the table of routes.
type intakeKind int

const (
	takesJSON intakeKind = iota
	takesHook
	takesFile
)

func defaultIntakes() map[intakeKind]intake {
	return map[intakeKind]intake{
		takesJSON: {most: maxBody, within: 15 * time.Second},
		takesHook: {most: maxHook, within: 30 * time.Second},
		takesFile: {most: maxUpload + formFrame, within: 30 * time.Second, pace: 8 << 10, file: maxUpload},
	}
}

// limit puts the intake before a request's body. The deadline counts from now
// on, also for a body that no handler reads: the server reads some of it to its
// end before it answers.
func (in intake) limit(w http.ResponseWriter, r *http.Request) error {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	b := &takenIn{ReadCloser: http.MaxBytesReader(w, r.Body, in.most), intake: in, conn: http.NewResponseController(w), began: time.Now()}
	b.expect()
	r.Body = b
	if r.ContentLength > in.most {
		return in.tooLarge()
	}
	return nil
}

func (in intake) tooLarge() error {
	if in.file > 0 {
		return desk.Errorf(desk.CodeTooLarge, "A file may have at most %d MB.", in.file>>20)
	}
	return desk.Errorf(desk.CodeTooLarge, "The body may have at most %d MB.", in.most>>20)
}

// readWhole reads a body of JSON before its handler begins, so that whatever is
// wrong with the sending is answered in one form.
func readWhole(r *http.Request) error {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	data, err := io.ReadAll(r.Body)
	if err == nil {
		r.Body = io.NopCloser(bytes.NewReader(data))
	}
	return err
}

// takenIn is a body that has to come in time.
type takenIn struct {
	io.ReadCloser
	intake intake
	conn   *http.ResponseController
	began  time.Time
	got    int64
	ended  bool
	failed error // why it cannot be read any further
}

// expect sets until when more has to come. Not every writer has deadlines; then
// the server's own apply.
func (b *takenIn) expect() {
	until := b.began.Add(b.intake.within)
	if b.intake.pace > 0 {
		until = until.Add(time.Duration(b.got/b.intake.pace) * time.Second)
	}
	_ = b.conn.SetReadDeadline(until)
}

// Read implements io.Reader. At the end of the body net/http takes the deadline
// away, so it does not cancel a handler that works longer.
func (b *takenIn) Read(p []byte) (int, error) {
	if !b.ended {
		b.expect()
	}
	n, err := b.ReadCloser.Read(p)
	b.got += int64(n)
	b.ended = err != nil
	if err != nil && err != io.EOF {
		b.failed = b.explain(err)
		return n, b.failed
	}
	return n, err
}

// explain turns what went wrong with a body into what is answered.
func (b *takenIn) explain(err error) error {
	var late net.Error
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return fmt.Errorf("%w: %w", b.intake.tooLarge(), err)
	case errors.As(err, &late) && late.Timeout():
		return fmt.Errorf("%w: %w", tooLate, err)
	}
	return fmt.Errorf("%w: %w", brokeOff, err)
}

var (
	tooLate  = newProblem(http.StatusRequestTimeout, "timeout", "The body did not come in time. Try again over a faster connection.")
	brokeOff = newProblem(http.StatusBadRequest, string(desk.CodeInvalid), "The body broke off. Send it again.")
)
