package desk

import "time"

// FileState of a file row.
type FileState string

const (
	FilePending FileState = "pending" // the bytes still lie with the provider
	FileStored  FileState = "stored"
	FileFailed  FileState = "failed"  // fetching was given up; Reason says why
	FileExpired FileState = "expired" // gone at the provider before we had it
)

// File is something attached to a message. The row is written with the message;
// the bytes follow, and lie under their hash.
type File struct {
	ID           ID
	Workspace    ID
	Channel      ID // 0 until an upload is used
	Conversation ID
	Message      ID
	Uploader     ID // the member who uploaded it; 0 for a customer's
	State        FileState
	Reason       string
	Name         string
	MIME         string // as found in the bytes once stored, as claimed before
	Size         int64
	Hash         string // SHA-256 of the bytes, hex
	Thumb        string // hash of the preview image; ""
	Width        int    // pixels of images
	Height       int
	Ref          MediaRef // where to fetch it from
	ProviderID   string   // the id under which the provider holds our upload
	ProviderTill time.Time
	Tries        int
	NextTry      time.Time
	CreatedAt    time.Time
	Version      int64
}
