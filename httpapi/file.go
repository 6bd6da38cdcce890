package httpapi

import "parley/desk"

// File is something attached to a message. Its bytes are at
// /api/v1/files/{id}/content once it is stored.
type File struct {
	ID         string    `json:"id"`
	State      FileState `json:"state" doc:"pending: still on its way from the provider."`
	Name       *string   `json:"name"`
	MIME       string    `json:"mime"`
	Size       int64     `json:"size" doc:"Bytes; 0 while pending."`
	Width      *int      `json:"width" doc:"Pixels of an image."`
	Height     *int      `json:"height"`
	HasPreview bool      `json:"has_preview" doc:"Whether /api/v1/files/{id}/preview has a small image."`
	Reason     *string   `json:"reason" doc:"Why it is not there."`
}

// EncodeFile brings a file into the form of the API.
func EncodeFile(f desk.File) File {
	return File{
		ID: f.ID.String(), State: FileState(f.State), Name: orNil(f.Name), MIME: f.MIME, Size: f.Size,
		Width: numberOrNil(f.Width), Height: numberOrNil(f.Height), HasPreview: f.Thumb != "", Reason: orNil(f.Reason),
	}
}
