package realtime

import (
	"context"
	"encoding/json"

	"parley/desk"
)

// maxFrame is how long a client's frame may be, in bytes.
const maxFrame = 4096

// command is what a client says, read and checked.
type command struct {
	do           verb
	from         int64
	conversation desk.ID
	state        Presence
}

type verb int

const (
	doResume verb = iota + 1
	doWatch
	doUnwatch
	doType
	doPresence
)

// readCommand reads a client's frame. False: it is none that we know.
func readCommand(data []byte) (command, bool) {
	if len(data) > maxFrame {
		return command{}, false
	}
	var f struct {
		Type           string   `json:"type"`
		From           *int64   `json:"from"`
		ConversationID *string  `json:"conversation_id"`
		State          Presence `json:"state"`
	}
	if json.Unmarshal(data, &f) != nil {
		return command{}, false
	}
	switch f.Type {
	case "resume":
		if f.From == nil || *f.From < 0 {
			return command{}, false
		}
		return command{do: doResume, from: *f.From}, true
	case "watch":
		if f.ConversationID == nil {
			return command{do: doUnwatch}, true
		}
		id, ok := desk.ParseID(*f.ConversationID)
		return command{do: doWatch, conversation: id}, ok
	case "unwatch":
		return command{do: doUnwatch}, true
	case "typing":
		if f.ConversationID == nil {
			return command{}, false
		}
		id, ok := desk.ParseID(*f.ConversationID)
		return command{do: doType, conversation: id}, ok
	case "presence":
		return command{do: doPresence, state: f.State}, f.State == Online || f.State == Away
	}
	return command{}, false
}

// obey does what a client's frame says.
func (f *feed) obey(ctx context.Context, s *socket, data []byte) {
	c, ok := readCommand(data)
	if !ok {
		f.answer(s, badFrame())
		return
	}
	switch c.do {
	case doResume:
		f.resume(ctx, s, c.from)
	case doWatch:
		f.open(ctx, s, c.conversation)
	case doUnwatch:
		f.mu.Lock()
		f.unwatch(s)
		f.mu.Unlock()
	case doType:
		if f.open(ctx, s, c.conversation) {
			f.types(s)
		}
	case doPresence:
		f.mu.Lock()
		f.setState(s, c.state)
		f.mu.Unlock()
	}
}

func (f *feed) answer(s *socket, t text) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.push(s, packet{texts: []text{t}})
}
