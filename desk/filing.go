package desk

import (
	"context"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Stored describes bytes that are kept.
type Stored struct {
	MIME          string // as found in the bytes
	Size          int64
	Hash          string
	Thumb         string // hash of the preview; ""
	Width, Height int
}

// AddUpload stores the row of a file that a member uploaded. It is theirs until
// they send it.
func (d *Desk) AddUpload(ctx context.Context, a Actor, name string, s Stored) (File, error) {
	if err := a.require(MayReply); err != nil {
		return File{}, err
	}
	name = FileName(name)
	var f File
	err := d.write(ctx, FromMembers, func(tx Tx, now time.Time) error {
		f = File{
			ID: tx.NewID(), Workspace: a.Member.Workspace, Uploader: a.Member.ID, State: FileStored, Name: name,
			MIME: s.MIME, Size: s.Size, Hash: s.Hash, Thumb: s.Thumb, Width: s.Width, Height: s.Height, CreatedAt: now,
		}
		return tx.Apply(Plan{AddFile{f}})
	})
	return f, err
}

// FileName makes a foreign file name safe to store and to offer: no folders, no
// characters that control or turn the text around it, at most 200 characters
// with the ending kept.
func FileName(name string) string {
	name = path.Base(strings.ReplaceAll(Clean(name), `\`, "/"))
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
			return -1
		}
		return r
	}, name))
	if name == "." || name == "/" || name == ".." {
		return ""
	}
	if utf8.RuneCountInString(name) <= 200 {
		return name
	}
	ext := path.Ext(name)
	if utf8.RuneCountInString(ext) > 20 {
		ext = ""
	}
	return strings.TrimSpace(firstRunes(name, 200-utf8.RuneCountInString(ext)) + ext)
}

// FileArrived notes that a customer's file is stored here.
func (d *Desk) FileArrived(ctx context.Context, id ID, s Stored) error {
	return d.changeReceived(ctx, id, func(f *File, now time.Time) {
		f.State, f.Reason = FileStored, ""
		f.MIME, f.Size, f.Hash, f.Thumb, f.Width, f.Height = s.MIME, s.Size, s.Hash, s.Thumb, s.Width, s.Height
		f.NextTry = time.Time{}
	})
}

// fetchTries is how often a customer's file is asked for. With the back-off the
// tries spread over about a day; the provider keeps the file for seven.
const fetchTries = 300

// FileMissed notes a failed try to fetch a file: it is tried again later, or
// given up when the provider says that it is gone.
func (d *Desk) FileMissed(ctx context.Context, id ID, why *SendError) error {
	return d.changeReceived(ctx, id, func(f *File, now time.Time) {
		f.Tries++
		f.Reason = why.Text
		switch {
		case why.Kind == Permanent && why.Code == "expired":
			f.State, f.NextTry = FileExpired, time.Time{}
		case why.Kind == Permanent || f.Tries >= fetchTries:
			f.State, f.NextTry = FileFailed, time.Time{}
		default:
			f.NextTry = now.Add(max(backoff(f.Tries), why.RetryAfter))
		}
	})
}

// changeReceived changes a customer's file and with it the message that shows it,
// whose new version tells browsers that what they have is old. Nobody locks such
// a message before its file.
func (d *Desk) changeReceived(ctx context.Context, id ID, change func(*File, time.Time)) error {
	return d.write(ctx, FromJobs, func(tx Tx, now time.Time) error {
		f, err := tx.LockFile(id)
		if err != nil {
			return err
		}
		m, err := tx.LockMessage(f.Message)
		if err != nil {
			return err
		}
		change(&f, now)
		return tx.Apply(Plan{SetFile{f}, SetMessage{m}})
	})
}

// FileUploaded keeps the id under which the provider holds our file, before the
// message that needs it is sent.
func (d *Desk) FileUploaded(ctx context.Context, id ID, providerID string, till time.Time) error {
	return d.write(ctx, FromJobs, func(tx Tx, _ time.Time) error {
		f, err := tx.LockFile(id)
		if err != nil {
			return err
		}
		f.ProviderID, f.ProviderTill = providerID, Instant(till)
		return tx.Apply(Plan{SetFile{f}})
	})
}

// UploadFailed ends a message whose file the provider refused, or lets it wait.
func (d *Desk) UploadFailed(ctx context.Context, message ID, why *SendError) error {
	return d.write(ctx, FromJobs, func(tx Tx, now time.Time) error {
		m, c, err := lockMessage(tx, message)
		if err != nil {
			return err
		}
		out, ok, err := tx.LockOutbound(message)
		if err != nil || !ok || out.State != StatusQueued {
			return err
		}
		if why.Kind == Permanent {
			return tx.Apply(planRefused(m, c, Message{}, why))
		}
		out.Failures++
		out.NotBefore, out.Scheduled = now.Add(max(backoff(out.Failures), why.RetryAfter)), false
		m.ErrorCode, m.ErrorText = why.Code, why.Text
		return tx.Apply(Plan{SetMessage{m}, SetOutbound{out}})
	})
}
