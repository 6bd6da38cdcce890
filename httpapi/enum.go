package httpapi

import (
	"github.com/danielgtaylor/huma/v2"

	"parley/desk"
)

// Strings with a fixed set of values are named schemas of the document, so that
// programs get one type for each.
type (
	Role               string
	ChannelKind        string
	ConversationStatus string
	Holder             string
	Direction          string
	AuthorKind         string
	MessageType        string
	MessageStatus      string
	FileState          string
	HookState          string
)

const schemaPrefix = "#/components/schemas/"

func enum(r huma.Registry, name string, values ...string) *huma.Schema {
	if r.Map()[name] == nil {
		s := &huma.Schema{Type: huma.TypeString}
		for _, v := range values {
			s.Enum = append(s.Enum, v)
		}
		s.PrecomputeMessages()
		r.Map()[name] = s
	}
	return &huma.Schema{Ref: schemaPrefix + name}
}

func enumOf[S ~string](r huma.Registry, name string, values ...S) *huma.Schema {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = string(v)
	}
	return enum(r, name, all...)
}

// Schema implements huma.SchemaProvider.
func (Role) Schema(r huma.Registry) *huma.Schema {
	return enumOf(r, "Role", desk.Owner, desk.Admin, desk.Supervisor, desk.Agent)
}

// Schema implements huma.SchemaProvider.
func (ChannelKind) Schema(r huma.Registry) *huma.Schema {
	return enumOf(r, "ChannelKind", desk.WhatsApp, desk.Messenger, desk.Webchat, desk.Email)
}

// Schema implements huma.SchemaProvider.
func (ConversationStatus) Schema(r huma.Registry) *huma.Schema {
	return enumOf(r, "ConversationStatus", desk.Open, desk.Closed, desk.Snoozed)
}

// Schema implements huma.SchemaProvider.
func (Holder) Schema(r huma.Registry) *huma.Schema {
	return enumOf(r, "Holder", desk.HeldByBot, desk.HeldByQueue, desk.HeldByMember)
}

// Schema implements huma.SchemaProvider.
func (Direction) Schema(r huma.Registry) *huma.Schema {
	return enumOf(r, "Direction", desk.In, desk.Out, desk.Internal)
}

// Schema implements huma.SchemaProvider.
func (AuthorKind) Schema(r huma.Registry) *huma.Schema {
	return enumOf(r, "AuthorKind", desk.ByContact, desk.ByMember, desk.ByBot, desk.BySystem)
}

// Schema implements huma.SchemaProvider.
func (MessageType) Schema(r huma.Registry) *huma.Schema {
	return enumOf(r, "MessageType", desk.TypeText, desk.TypeImage, desk.TypeVideo, desk.TypeAudio, desk.TypeDocument,
		desk.TypeSticker, desk.TypeLocation, desk.TypeContacts, desk.TypeInteractive, desk.TypeButton, desk.TypeOrder,
		desk.TypeReaction, desk.TypeTemplate, desk.TypeSystem, desk.TypeWelcome, desk.TypeUnsupported, desk.TypeNote, desk.TypeEvent)
}

// Schema implements huma.SchemaProvider.
func (MessageStatus) Schema(r huma.Registry) *huma.Schema {
	return enumOf(r, "MessageStatus", desk.StatusQueued, desk.StatusAttempting, desk.StatusUnknown, desk.StatusAccepted,
		desk.StatusSent, desk.StatusDelivered, desk.StatusRead, desk.StatusPlayed, desk.StatusFailed, desk.StatusCancelled)
}

// Schema implements huma.SchemaProvider.
func (FileState) Schema(r huma.Registry) *huma.Schema {
	return enumOf(r, "FileState", desk.FilePending, desk.FileStored, desk.FileFailed, desk.FileExpired)
}

// Schema implements huma.SchemaProvider.
func (HookState) Schema(r huma.Registry) *huma.Schema {
	return enumOf(r, "HookState", desk.HookPending, desk.HookApplied, desk.HookDuplicate, desk.HookIgnored, desk.HookFailed)
}
