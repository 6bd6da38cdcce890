package demo

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

//go:embed script
var scripts embed.FS

// Play is the whole script.
type Play struct {
	Members []Person
	Threads []Thread
}

// Person is a member of the workspace.
type Person struct {
	Key, Name, Role string
}

// Email of the person; the owner's is the one that is printed.
func (p Person) Email() string {
	if p.Role == "owner" {
		return Email
	}
	return p.Key + "@parley.test"
}

// Thread is one customer with what was said.
type Thread struct {
	Name     string `json:"name"`
	Phone    string `json:"phone"`   // E.164; empty for a customer who hides it
	UserID   string `json:"user_id"` // BSUID
	Username string `json:"username"`
	Number   int    `json:"number"` // 1 or 2 of Numbers
	Lines    []Line `json:"lines"`

	key string
}

// Line is one thing that happened. Ago counts back from the moment of seeding.
// From is "customer" or a member's key. A line is a message (Text, File or Body,
// with or without Type), a Note between members, or a deed (Do).
//
// Body is what a message of a type without words and file consists of: of a
// customer the provider's object of the type, of a member the field of
// desk.Content that belongs to it.
type Line struct {
	Ago      string          `json:"ago"`
	From     string          `json:"from"`
	Type     string          `json:"type"`  // default "text"; "image", "audio", "document", "sticker", "location", "contacts", ...
	Quote    int             `json:"quote"` // how many lines back the message lies that this one replies to; 0: it quotes none
	Text     string          `json:"text"`
	File     string          `json:"file"` // in script/files; audio is a voice note
	Body     json.RawMessage `json:"body"`
	Referral json.RawMessage `json:"referral"` // the ad that the customer came by
	Note     string          `json:"note"`
	Do       string          `json:"do"`     // "close", "assign:KEY" ("assign:" to nobody), "snooze:20h" from the moment of seeding, "read", "no_reply_needed", "react:😀" to the other's latest message
	Status   string          `json:"status"` // of a member's message: "sent", "delivered", "read" (default), "played", "failed:CODE"
}

func (l Line) ago() time.Duration {
	d, err := time.ParseDuration(l.Ago)
	if err != nil {
		return 0 // Script has checked it
	}
	return d
}

func (l Line) kind() string {
	if l.Type == "" {
		return "text"
	}
	return l.Type
}

func (l Line) isMessage() bool { return l.Note == "" && l.Do == "" }

func (t Thread) number() Number { return Numbers[t.Number-1] }

// Script reads and checks the script.
func Script() (Play, error) {
	var p Play
	if err := read("script/members.json", &p.Members); err != nil {
		return Play{}, err
	}
	files, err := scripts.ReadDir("script")
	if err != nil {
		return Play{}, err
	}
	for _, f := range files {
		if f.IsDir() || f.Name() == "members.json" {
			continue
		}
		var ts []Thread
		if err := read("script/"+f.Name(), &ts); err != nil {
			return Play{}, err
		}
		for i := range ts {
			ts[i].key = fmt.Sprintf("%s.%d", strings.TrimSuffix(f.Name(), ".json"), i+1)
		}
		p.Threads = append(p.Threads, ts...)
	}
	return p, p.check()
}

func read(name string, into any) error {
	data, err := scripts.ReadFile(name)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("demo: %s: %w", name, err)
	}
	return nil
}

func (p Play) check() error {
	for _, t := range p.Threads {
		if t.Number < 1 || t.Number > len(Numbers) || t.Name == "" || t.Phone == "" && t.UserID == "" || len(t.Lines) == 0 {
			return fmt.Errorf("demo: the thread %s (%s) lacks a number, a name, an address or lines", t.key, t.Name)
		}
		last := time.Duration(1 << 62)
		for i, l := range t.Lines {
			d, err := time.ParseDuration(l.Ago)
			if err != nil || d < 0 || d > last {
				return fmt.Errorf("demo: %s, line %d: ago %q is not a time after the line before", t.key, i+1, l.Ago)
			}
			last = d
			if l.From != "customer" && !slices.ContainsFunc(p.Members, func(m Person) bool { return m.Key == l.From }) {
				return fmt.Errorf("demo: %s, line %d: nobody is called %q", t.key, i+1, l.From)
			}
			if q := i - l.Quote; q < 0 || l.Quote < 0 || l.Quote > 0 && !t.Lines[q].isMessage() {
				return fmt.Errorf("demo: %s, line %d: %d lines back is no message to quote", t.key, i+1, l.Quote)
			}
		}
		if t.Lines[0].From != "customer" {
			return fmt.Errorf("demo: %s does not begin with the customer", t.key)
		}
	}
	return nil
}

func (p Play) longest() time.Duration {
	var most time.Duration
	for _, t := range p.Threads {
		most = max(most, t.Lines[0].ago())
	}
	return most
}

// wamid is the provider's id of a line.
func (t Thread) wamid(line int) string { return fmt.Sprintf("wamid.demo.%s.%d", t.key, line+1) }

func (l Line) status() string {
	if l.Status == "" {
		return "read"
	}
	return l.Status
}
