package realtime

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"parley/desk"
)

// text is a piece of JSON that is never changed once it is made, because many
// sockets share it.
type text []byte

// packet is what waits in a socket's queue: frames that belong together. n is
// the change number that the client has considered after all of them, 0 when
// they are not of the log.
type packet struct {
	n     int64
	texts []text
}

// encode writes v as the API does: without HTML's escapes.
func encode(v any) (text, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode a frame: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// frame encodes one of our own structs, which have nothing that can fail.
func frame(v any) text {
	t, err := encode(v)
	if err != nil {
		panic(err)
	}
	return t
}

// valueEntry is an entry of "changes" with a value.
func valueEntry(kind desk.ChangeKind, conversation desk.ID, v any) (text, error) {
	return encode(struct {
		Kind           desk.ChangeKind `json:"kind"`
		ConversationID string          `json:"conversation_id,omitempty"`
		Value          any             `json:"value"`
	}{kind, conversation.String(), v})
}

// channelEntry says that something about a channel, or about a connection's
// state, is to be read again.
func channelEntry(channel desk.ID) text {
	return frame(struct {
		Kind      desk.ChangeKind `json:"kind"`
		ChannelID *string         `json:"channel_id"`
	}{desk.ChannelChanged, idOrNull(channel)})
}

func idOrNull(id desk.ID) *string {
	if id == 0 {
		return nil
	}
	s := id.String()
	return &s
}

func changesFrame(n, prev int64, changes []text) text {
	size := 64
	for _, c := range changes {
		size += len(c) + 1
	}
	t := make(text, 0, size)
	t = append(t, `{"n":`...)
	t = strconv.AppendInt(t, n, 10)
	t = append(t, `,"prev":`...)
	t = strconv.AppendInt(t, prev, 10)
	t = append(t, `,"changes":[`...)
	for i, c := range changes {
		if i > 0 {
			t = append(t, ',')
		}
		t = append(t, c...)
	}
	return append(t, "]}"...)
}

func uptoFrame(n int64) text {
	return fmt.Appendf(nil, `{"upto":%d}`, n)
}

func resetFrame(n int64) text {
	return fmt.Appendf(nil, `{"type":"reset","upto":%d}`, n)
}

func forgetFrame(conversation desk.ID) text {
	return fmt.Appendf(nil, `{"type":"forget","conversation_id":"%d"}`, conversation)
}

func presenceFrame(member desk.ID, p Presence) text {
	return fmt.Appendf(nil, `{"type":"presence","member_id":"%d","state":"%s"}`, member, p)
}

func typingFrame(conversation, member desk.ID) text {
	return fmt.Appendf(nil, `{"type":"typing","conversation_id":"%d","member_id":"%d"}`, conversation, member)
}

// The answers to frames that are not served. They say the same whatever the
// reason was.
func badFrame() text      { return text(`{"type":"error","code":"bad_frame"}`) }
func notFoundFrame() text { return text(`{"type":"error","code":"not_found"}`) }

// viewing says who has a conversation open.
type viewing struct {
	ConversationID string   `json:"conversation_id"`
	Members        []viewer `json:"members"`
}

type viewer struct {
	ID     string `json:"id"`
	Typing bool   `json:"typing"`
}

func viewingFrame(vs []viewing) text {
	return frame(struct {
		Type          string    `json:"type"`
		Conversations []viewing `json:"conversations"`
	}{"viewing", vs})
}

// hello is a socket's first frame.
func (f *feed) hello(s *socket) text {
	presence := map[string]Presence{}
	for id, p := range f.present() {
		presence[id.String()] = p
	}
	return frame(struct {
		Type       string              `json:"type"`
		Upto       int64               `json:"upto"`
		ServerTime time.Time           `json:"server_time"`
		Presence   map[string]Presence `json:"presence"`
		Viewing    []viewing           `json:"viewing"`
	}{"hello", f.position, f.hub.Now().UTC(), presence, f.viewingFor(s.audience, f.viewed())})
}
