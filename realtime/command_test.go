package realtime

import (
	"encoding/json"
	"strings"
	"testing"

	"parley/desk"
)

func TestReadCommand(t *testing.T) {
	t.Parallel()
	tests := []struct {
		frame string
		want  command
		ok    bool
	}{
		{`{"type":"resume","from":0}`, command{do: doResume}, true},
		{`{"type":"resume","from":41,"more":true}`, command{do: doResume, from: 41}, true},
		{`{"type":"resume"}`, command{}, false},
		{`{"type":"resume","from":-1}`, command{}, false},
		{`{"type":"resume","from":1.5}`, command{}, false},
		{`{"type":"resume","from":"1"}`, command{}, false},
		{`{"type":"resume","from":9223372036854775808}`, command{}, false},
		{`{"type":"watch","conversation_id":"9"}`, command{do: doWatch, conversation: 9}, true},
		{`{"type":"watch","conversation_id":null}`, command{do: doUnwatch}, true},
		{`{"type":"watch","conversation_id":9}`, command{}, false},
		{`{"type":"watch","conversation_id":"09"}`, command{}, false},
		{`{"type":"watch","conversation_id":"0"}`, command{}, false},
		{`{"type":"unwatch"}`, command{do: doUnwatch}, true},
		{`{"type":"typing","conversation_id":"9"}`, command{do: doType, conversation: 9}, true},
		{`{"type":"typing","conversation_id":null}`, command{}, false},
		{`{"type":"presence","state":"away"}`, command{do: doPresence, state: Away}, true},
		{`{"type":"presence","state":"offline"}`, command{}, false},
		{`{"type":"presence","state":"<b>"}`, command{}, false},
		{`{"type":"hello"}`, command{}, false},
		{`{"type":null}`, command{}, false},
		{`{}`, command{}, false},
		{`[]`, command{}, false},
		{`"resume"`, command{}, false},
		{``, command{}, false},
		{`{"type":"unwatch"} {"type":"unwatch"}`, command{}, false},
		{`{"type":"unwatch","x":"` + strings.Repeat("x", maxFrame) + `"}`, command{}, false},
	}
	for _, tt := range tests {
		got, ok := readCommand([]byte(tt.frame))
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("%.80s: got %+v, %t, want %+v, %t", tt.frame, got, ok, tt.want, tt.ok)
		}
	}
}

func FuzzReadCommand(f *testing.F) {
	for _, seed := range []string{
		`{"type":"resume","from":41}`, `{"type":"watch","conversation_id":"9"}`, `{"type":"watch","conversation_id":null}`,
		`{"type":"typing","conversation_id":"9"}`, `{"type":"presence","state":"away"}`, `{"type":"unwatch"}`,
		"{\"type\":\"\x00\"}", `{"Type":"resume","FROM":1}`, `{"type":"resume","from":1e3}`, `[[[[[[`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, ok := readCommand(data)
		if !ok {
			if c.conversation != 0 && c.do == doType {
				t.Errorf("a refused frame left %+v", c)
			}
			return
		}
		if !json.Valid(data) {
			t.Errorf("took %q, which is no JSON", data)
		}
		switch c.do {
		case doResume:
			if c.from < 0 {
				t.Errorf("resumes from %d", c.from)
			}
		case doWatch, doType:
			if again, ok := desk.ParseID(c.conversation.String()); !ok || again != c.conversation {
				t.Errorf("conversation %d", c.conversation)
			}
		case doPresence:
			if c.state != Online && c.state != Away {
				t.Errorf("presence %q", c.state)
			}
		case doUnwatch:
		default:
			t.Errorf("does %d", c.do)
		}
	})
}

func TestUnknownFramesAreAnsweredWithOneError(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	b := o.business(1)
	client := o.connect(b.owner)
	for _, frame := range []string{
		`{"type":"subscribe","channel":"account:1"}`, `not json`, `{"type":"resume","from":"<script>"}`, `{"type":"hello","upto":1}`, ``,
	} {
		client.write(frame)
		s := client.until("an error", isType("error"))
		if s.Code != "bad_frame" || s.State != "" || s.MemberID != "" || s.ConversationID != "" {
			t.Errorf("%q is answered with %+v", frame, s)
		}
	}
	c := b.receive(b.channels[0], "+421900000001", "still here")
	client.until("the message", has("message", c.Last.ID.String()))
}

func TestFrameThatIsTooLongEndsTheConnection(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	b := o.business(1)
	client := o.connect(b.owner)
	client.write(`{"type":"unwatch","x":"` + strings.Repeat("x", maxFrame) + `"}`)
	if why := client.closed(); why.Code != 1009 {
		t.Errorf("closed with %d, want 1009 (message too big, RFC 6455 section 7.4.1)", why.Code)
	}
}
