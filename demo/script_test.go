package demo

import (
	"bytes"
	"image/jpeg"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func script(t *testing.T) Play {
	t.Helper()
	p, err := Script()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestScriptSpeaksItsLanguages(t *testing.T) {
	lines := map[string]int{}
	threads := map[string]int{}
	for _, th := range script(t).Threads {
		language, _, _ := strings.Cut(th.key, ".")
		threads[language]++
		lines[language] += len(th.Lines)
	}
	for language, least := range map[string]int{"en": 20, "sk": 14, "pt": 12, "hr": 8, "bg": 6} {
		if threads[language] < least || lines[language] < 4*least {
			t.Errorf("%s: %d conversations with %d lines, want at least %d and %d", language, threads[language], lines[language], least, 4*least)
		}
	}
	if got := slices.Sorted(maps.Keys(threads)); !slices.Equal(got, []string{"bg", "en", "hr", "pt", "sk"}) {
		t.Errorf("languages: %v", got)
	}
}

// A member's message must leave within a day of the customer's last, or the desk
// refuses it.
func TestScriptKeepsTheWindow(t *testing.T) {
	for _, th := range script(t).Threads {
		var opened time.Duration
		for i, l := range th.Lines {
			switch {
			case l.From == "customer" && l.isMessage():
				opened = l.ago()
			case l.From != "customer" && l.isMessage() && opened-l.ago() >= 24*time.Hour:
				t.Errorf("%s, line %d: %v after the customer's last message", th.key, i+1, opened-l.ago())
			}
		}
	}
}

var (
	phonePattern  = regexp.MustCompile(`^\+[1-9][0-9]{7,14}$`)
	userIDPattern = regexp.MustCompile(`^[A-Z]{2}\.[0-9]{6,20}$`)
	// Numbers that regulators keep free for fiction, and others that are plainly
	// made up: no country gives out such runs of zeros.
	fictional = regexp.MustCompile(`^\+(447700900\d{3}|1\d{3}55501\d{2}|353209\d{6}|61491570\d{3}|421900000\d{3}|55\d{2}900000\d{3}|385910000\d{3}|359880000\d{3}|971500000\d{3}|972500000\d{3})$`)
)

func TestScriptPeopleAreInventedAndDistinct(t *testing.T) {
	seen := map[string]string{}
	once := func(th Thread, what string) {
		if what != "" && seen[what] != "" {
			t.Errorf("%s and %s share %q", seen[what], th.key, what)
		}
		seen[what] = th.key
	}
	for _, th := range script(t).Threads {
		once(th, th.Phone)
		once(th, th.UserID)
		once(th, th.Name)
		if th.Phone != "" && (!phonePattern.MatchString(th.Phone) || !fictional.MatchString(th.Phone)) {
			t.Errorf("%s: the phone number %s could be somebody's", th.key, th.Phone)
		}
		if th.UserID != "" && !userIDPattern.MatchString(th.UserID) {
			t.Errorf("%s: %q is no business-scoped user id", th.key, th.UserID)
		}
	}
}

func TestScriptFiles(t *testing.T) {
	wanted := map[string]bool{}
	for _, th := range script(t).Threads {
		for _, l := range th.Lines {
			if l.File != "" {
				wanted[l.File] = true
			}
		}
	}
	have := map[string]bool{}
	err := fs.WalkDir(scripts, "script/files", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		have[d.Name()] = true
		data, err := scripts.ReadFile(path)
		if err != nil {
			return err
		}
		if len(data) == 0 || len(data) > 60<<10 {
			t.Errorf("%s has %d bytes, want at most 60 KB", d.Name(), len(data))
		}
		if strings.HasSuffix(d.Name(), ".jpg") {
			if c, err := jpeg.DecodeConfig(bytes.NewReader(data)); err != nil || c.Width < 600 || c.Height < 600 {
				t.Errorf("%s: %dx%d, %v", d.Name(), c.Width, c.Height, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wanted, have); diff != "" {
		t.Errorf("files that are used (-) and there (+):\n%s", diff)
	}
}

func TestCheckRefuses(t *testing.T) {
	good := func() Play {
		return Play{
			Members: []Person{{Key: "emma"}},
			Threads: []Thread{{Name: "Ann", Phone: "+447700900100", Number: 1, key: "en.1", Lines: []Line{
				{Ago: "2h", From: "customer", Text: "Hi"}, {Ago: "1h", From: "emma", Text: "Hello"},
			}}},
		}
	}
	if p := good(); p.check() != nil {
		t.Fatal(p.check())
	}
	for name, spoil := range map[string]func(*Play){
		"no address":              func(p *Play) { p.Threads[0].Phone = "" },
		"no such number":          func(p *Play) { p.Threads[0].Number = 3 },
		"no lines":                func(p *Play) { p.Threads[0].Lines = nil },
		"a line before the last":  func(p *Play) { p.Threads[0].Lines[1].Ago = "3h" },
		"no time":                 func(p *Play) { p.Threads[0].Lines[1].Ago = "soon" },
		"a line of tomorrow":      func(p *Play) { p.Threads[0].Lines[1].Ago = "-1h" },
		"a stranger":              func(p *Play) { p.Threads[0].Lines[1].From = "ben" },
		"the business begins":     func(p *Play) { p.Threads[0].Lines[0].From = "emma" },
		"a quote of nothing":      func(p *Play) { p.Threads[0].Lines[1].Quote = 2 },
		"a quote of a later line": func(p *Play) { p.Threads[0].Lines[1].Quote = -1 },
		"a quote of a note": func(p *Play) {
			p.Threads[0].Lines = append(p.Threads[0].Lines, Line{Ago: "9m", From: "emma", Note: "!"}, Line{Ago: "8m", From: "customer", Text: "?", Quote: 1})
		},
	} {
		p := good()
		spoil(&p)
		if p.check() == nil {
			t.Errorf("%s: not refused", name)
		}
	}
}
