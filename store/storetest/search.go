package storetest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"parley/desk"
	"parley/store"
)

// hits lists the messages that a search finds, page by page.
func (w *World) hits(scope desk.Scope, q string, limit int) []desk.ID {
	w.TB.Helper()
	var ids []desk.ID
	p := one(limit)
	for {
		page := must(w.SearchMessages(ctx, scope, q, p))(w.TB)
		for _, r := range page.Items {
			ids = append(ids, r.Message.ID)
		}
		if p.Cursor = page.NextCursor; p.Cursor == "" {
			return ids
		}
	}
}

func (w *World) found(scope desk.Scope, q string) []desk.ID {
	w.TB.Helper()
	var ids []desk.ID
	for _, r := range must(w.SearchContacts(ctx, scope, q, 50))(w.TB) {
		ids = append(ids, r.Contact.ID)
	}
	return ids
}

func testSearch(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	texts := []string{
		"Som z mesta Łódź, pošlite to tam", "Die Straße ist gesperrt", "Moro em São Paulo", "Đakovo, Žižkov a ŘÍČANY",
		"Ærø og Øresund", "Привет, Иван!", "order #12345 & don't worry", "çay İstanbul ıssız", "",
		"the quick brown fox", "the quick red fox", "ΘΕΣΣΑΛΟΝΙΚΗΣ",
	}
	ids := make([]desk.ID, len(texts))
	for i, text := range texts {
		ids[i] = w.Receive(w.Channels[0], "+421905111222", text, w.Clock.Now().Add(time.Duration(i)*time.Second)).ID
	}
	for q, want := range map[string][]int{
		"lodz": {0}, "ŁÓDŹ": {0}, "mesta lod": {0}, "lodz mesta": {0}, "lod mesta": {}, "strasse": {1}, "STRASSE": {1}, "straße": {1}, "stras": {1},
		"sao": {2}, "sao paulo": {2}, "são p": {2}, "dakovo": {3}, "zizkov": {3}, "ricany": {3}, "aero oresund": {4}, "ærø": {4},
		"иван": {5}, "ПРИВ": {5}, "12345": {6}, "#12345": {6}, "don't": {6}, "cay": {7}, "istanbul": {7}, "issiz": {7},
		"the quick": {10, 9}, "quick fo": {10, 9}, "fox red": {10}, "nothing": {}, "q": {}, "the q": {10, 9}, "θεσσαλονικης": {11}, "θεσσαλονικησ": {11},
		"": {}, "   ": {}, "!!! ...": {}, "🙂": {},
	} {
		for _, limit := range []int{1, 50} {
			got := w.hits(w.All(), q, limit)
			var named []int
			for _, id := range got {
				named = append(named, slices.Index(ids, id))
			}
			if !slices.Equal(named, want) {
				t.Errorf("searching %q in pages of %d: got %v, want %v", q, limit, named, want)
			}
		}
	}
	// What was edited is found by its new words, what was withdrawn not at all.
	w.Do(func(tx desk.Tx) error {
		m, err := tx.LockMessage(ids[9])
		if err != nil {
			return err
		}
		m.Text = "the slow brown fox"
		if err := tx.Apply(desk.Plan{desk.SetMessage{Message: m}}); err != nil {
			return err
		}
		if m, err = tx.LockMessage(ids[10]); err != nil {
			return err
		}
		m.RevokedAt = w.Clock.Now()
		return tx.Apply(desk.Plan{desk.SetMessage{Message: m}})
	})
	for q, want := range map[string]int{"quick": 0, "slow": 1, "fox": 1, "red": 0} {
		if got := w.hits(w.All(), q, 50); len(got) != want {
			t.Errorf("searching %q after an edit and a withdrawal: got %d, want %d", q, len(got), want)
		}
	}
	// An edit that is undone leaves the index as it was.
	w.Do(func(tx desk.Tx) error {
		if err := tx.Nest(func() error {
			m, err := tx.LockMessage(ids[9])
			if err != nil {
				return err
			}
			m.Text = "undone words"
			if err := tx.Apply(desk.Plan{desk.SetMessage{Message: m}}); err != nil {
				return err
			}
			return errUndone
		}); err != errUndone {
			return err
		}
		m, err := tx.LockMessage(ids[9])
		if err != nil {
			return err
		}
		m.Status = desk.StatusNone
		return tx.Apply(desk.Plan{desk.SetMessage{Message: m}})
	})
	if got := w.hits(w.All(), "undone", 50); len(got) != 0 {
		t.Error("an edit that was undone is found")
	}
	if got := w.hits(w.All(), "slow", 50); len(got) != 1 {
		t.Error("a message is lost to the search after an edit that was undone")
	}
	// Long texts are indexed up to a limit and stored whole.
	long := w.Receive(w.Channels[0], "+421905111222", strings.Repeat("žltý ", 4000)+"koniec", w.Clock.Now())
	if got := w.hits(w.All(), "zlty", 50); !slices.Equal(got, []desk.ID{long.ID}) {
		t.Errorf("searching a long text: got %v", got)
	}
	w.sound()
	var conversation desk.ID
	w.Do(func(tx desk.Tx) (err error) { conversation, err = tx.ConversationOf(ids[0]); return err })
	w.Change(conversation, func(c *desk.Conversation) { c.DeletedAt, c.Waiting = w.Clock.Now(), false })
	if got := w.hits(w.All(), "lodz", 50); len(got) != 0 {
		t.Errorf("a deleted conversation's messages are found: %v", got)
	}
}

func testSearchScope(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 3)
	var in [3][]desk.ID
	contacts := map[desk.ID]int{}
	for i := range 30 {
		m := w.Receive(w.Channels[i%3], fmt.Sprintf("+4219050000%02d", i), "spoločné slovo", w.Clock.Now().Add(time.Duration(i)*time.Second))
		in[i%3] = append(in[i%3], m.ID)
		contacts[m.Contact] = i % 3
	}
	_, otherOwner, _, _, otherChannels := w.AddWorkspace("Other", 1)
	foreign := w.Receive(otherChannels[0], "+421905000000", "spoločné slovo", w.Clock.Now())
	for _, c := range []struct {
		scope desk.Scope
		sees  []int
	}{
		{w.All(), []int{0, 1, 2}}, {w.Only(), nil}, {w.Only(w.Channels[1]), []int{1}}, {w.Only(w.Channels[0], w.Channels[2]), []int{0, 2}},
	} {
		var want []desk.ID
		for _, i := range c.sees {
			want = append(want, in[i]...)
		}
		slices.Sort(want)
		slices.Reverse(want)
		if got := w.hits(c.scope, "spolocne slo", 4); !slices.Equal(got, want) {
			t.Errorf("messages in scope %v: got %v, want %v", c.sees, got, want)
		}
		found := w.found(c.scope, "90500")
		if len(found) != 10*len(c.sees) {
			t.Errorf("contacts in scope %v: got %d, want %d", c.sees, len(found), 10*len(c.sees))
		}
		for _, id := range found {
			if !slices.Contains(c.sees, contacts[id]) {
				t.Errorf("contact %d is found in scope %v", id, c.sees)
			}
		}
		page := must(w.Store.Conversations(ctx, c.scope, desk.Filter{Text: "spolocne", Paging: one(200)}))(t)
		if len(page.Items) != 10*len(c.sees) {
			t.Errorf("conversations in scope %v: got %d, want %d", c.sees, len(page.Items), 10*len(c.sees))
		}
	}
	// The words of the scope itself cannot be typed.
	for _, q := range []string{"_c" + w.Channels[0].ID.String(), "c" + w.Channels[0].ID.String(), "_w" + w.Workspace.ID.String(), "words:spolocne"} {
		if got := w.hits(w.All(), q, 10); len(got) != 0 {
			t.Errorf("searching %q found %v", q, got)
		}
	}
	if got := w.hits(desk.Scope{Workspace: otherOwner.Workspace, All: true}, "spolocne", 10); !slices.Equal(got, []desk.ID{foreign.ID}) {
		t.Errorf("the other workspace finds %v", got)
	}
	// A contact comes into view with a conversation and leaves with it.
	m := w.Receive(w.Channels[1], "+421905000000", "second channel", w.Clock.Now())
	if got := w.found(w.Only(w.Channels[1]), "905000000"); !slices.Contains(got, m.Contact) {
		t.Error("a contact is not found in a channel that they wrote to")
	}
	w.Change(m.Conversation, func(c *desk.Conversation) { c.DeletedAt, c.Waiting = w.Clock.Now(), false })
	if got := w.found(w.Only(w.Channels[1]), "905000000"); slices.Contains(got, m.Contact) {
		t.Error("a contact is found in a channel where their conversation was deleted")
	}
	w.sound()
}

// testSearchBeginning looks for beginnings of words that are longer than those that
// an index may hold by themselves, among many words that begin alike.
func testSearchBeginning(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	words := map[string][]desk.ID{}
	w.Do(func(tx desk.Tx) error {
		for i := range 260 {
			word := []string{"Objednávka", "objednávky", "OBJEDNÁVKAMI", "objednal"}[i%4]
			if i%130 == 7 {
				word = "objedzriedka"
			}
			m, err := Receive(tx, w.Channels[0], fmt.Sprintf("+4219051110%02d", i%20), "moja "+word+" č. "+strconv.Itoa(i), w.Clock.Now())
			if err != nil {
				return err
			}
			words[word] = append(words[word], m.ID)
		}
		return nil
	})
	for q, of := range map[string][]string{
		"objedn":              {"Objednávka", "objednávky", "OBJEDNÁVKAMI", "objednal"},
		"objednávk":           {"Objednávka", "objednávky", "OBJEDNÁVKAMI"},
		"objednavka":          {"Objednávka", "OBJEDNÁVKAMI"},
		"moja objednavkami":   {"OBJEDNÁVKAMI"},
		"objedzried":          {"objedzriedka"},
		"objednavka objednal": nil,
		"objednakc":           nil,
	} {
		var want []desk.ID
		for _, word := range of {
			want = append(want, words[word]...)
		}
		slices.Sort(want)
		slices.Reverse(want)
		for _, limit := range []int{1, 7, 200} {
			if got := w.hits(w.All(), q, limit); !slices.Equal(got, want) {
				t.Errorf("searching %q by %d: got %d messages, want %d: %v", q, limit, len(got), len(want), got)
			}
		}
	}
	// The word may stand in what belongs to the type of a message.
	place := must(w.SearchMessages(ctx, w.All(), "objedzriedka", one(1)))(t).Items[0].Message
	w.Do(func(tx desk.Tx) error {
		m, err := tx.LockMessage(place.ID)
		if err != nil {
			return err
		}
		m.Text, m.Content.Location = "", &desk.Location{Name: "Odberné miesto"}
		return tx.Apply(desk.Plan{desk.SetMessage{Message: m}})
	})
	if got := w.hits(w.All(), "odberne", 5); !slices.Equal(got, []desk.ID{place.ID}) {
		t.Errorf("searching for the name of a place: got %v, want %d", got, place.ID)
	}
	contacts := must(w.Contacts(ctx, w.All(), one(50)))(t).Items
	var named []desk.ID
	for i, c := range contacts {
		w.Do(func(tx desk.Tx) error {
			now, err := tx.LockContact(c.Contact.ID)
			if err != nil {
				return err
			}
			if now.Name = "Katarína Horvathyová"; i%3 == 0 {
				now.Name, named = "Žofia Horváthová", append(named, now.ID)
			}
			return tx.Apply(desk.Plan{desk.SetContact{Contact: now}})
		})
	}
	if got := w.found(w.All(), "horvatho"); !slices.Equal(got, named) {
		t.Errorf("searching for the beginning of a name: got %v, want %v", got, named)
	}
	w.sound()
}

func testSearchHostile(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	m := w.Receive(w.Channels[0], "+421905111222", "needle AND OR NOT NEAR", w.Clock.Now())
	for _, q := range []string{
		`"`, `""`, `'`, `''`, `needle"`, `needle'`, `"needle`, "needle*", "*", "**", "needle AND", "NOT", "NOT needle", "NEAR(needle)", "needle OR", "(", ")", "((needle", "needle)",
		"a:b", "words:needle", "^needle", "-needle", "+needle", "needle:*", "needle & ", "!needle", "needle | x", "<->", `\`, `needle\`, "needle\x00", "\x00", "\xff\xfe", "needle\xff",
		"%", "_", "$1", "?1", ";DROP TABLE messages", "--", "/*", strings.Repeat("needle ", 700), strings.Repeat("x", 5000), strings.Repeat("'", 5000), strings.Repeat("é", 5000),
		"\u202eneedle", "ﷺ", "🙂🙂", "𝕟𝕖𝕖𝕕𝕝𝕖", "न्यू", "ก็", "日本語", "\ufeffneedle", "needle\u0301",
	} {
		if _, err := w.SearchMessages(ctx, w.All(), q, one(10)); err != nil {
			t.Errorf("searching messages for %.40q: %v", q, err)
		}
		if _, err := w.SearchContacts(ctx, w.All(), q, 10); err != nil {
			t.Errorf("searching contacts for %.40q: %v", q, err)
		}
		if _, err := w.Store.Conversations(ctx, w.All(), desk.Filter{Text: q, Paging: one(10)}); err != nil {
			t.Errorf("searching conversations for %.40q: %v", q, err)
		}
		w.Receive(w.Channels[0], "+421905111222", q, w.Clock.Now())
	}
	for _, q := range []string{"needle AND", "AND NOT near", "𝕟𝕖𝕖𝕕𝕝𝕖 AND", "needle\u0301 and or"} {
		if got := w.hits(w.All(), q, 50); !slices.Contains(got, m.ID) {
			t.Errorf("searching %q: got %v, want it to hold %d", q, got, m.ID)
		}
	}
	w.sound()
}

func testPhones(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	m := w.Receive(w.Channels[0], "+421905111222", "x", w.Clock.Now())
	w.Do(func(tx desk.Tx) error {
		c, err := tx.LockContact(m.Contact)
		if err != nil {
			return err
		}
		c.Name, c.Username, c.Note = "Mária Kováčová", "maja_k", "Platí faktúrou 2026/77"
		return tx.Apply(desk.Plan{desk.SetContact{Contact: c}})
	})
	for q, want := range map[string]bool{
		"+421905111222": true, "421905111222": true, "905111222": true, "0905 111 222": true, "00421 905 111 222": true, "(905) 111-222": true, "5111": true, "222": true,
		"22": true, "905222": false, "905111223": false, "905 222": false, "kovac": true, "maria kov": true, "maria 905": true, "Customer": true, "maja": true, "fakturou": true,
		"2026": true, "peter": false, "maria peter": false,
	} {
		if got := len(w.found(w.All(), q)) == 1; got != want {
			t.Errorf("searching contacts for %q: found %v, want %v", q, got, want)
		}
	}
	// A number that was given to somebody else leads to them.
	o := w.Receive(w.Channels[0], "+421905999888", "y", w.Clock.Now())
	w.Do(func(tx desk.Tx) error {
		ids, err := tx.Identities(m.Contact)
		if err != nil {
			return err
		}
		ids[0].Contact = o.Contact
		return tx.Apply(desk.Plan{desk.SetIdentity{Identity: ids[0]}})
	})
	if got := w.found(w.All(), "905111222"); !slices.Equal(got, []desk.ID{o.Contact}) {
		t.Errorf("a number that moved finds %v, want %d", got, o.Contact)
	}
	w.sound()
}

// testText searches conversations.
func testText(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 2)
	now := w.Clock.Now()
	a := w.Receive(w.Channels[0], "+421905111222", "hľadám topánky", now)
	b := w.Receive(w.Channels[1], "+421905333444", "topánky a ponožky", now.Add(time.Minute))
	c := w.Receive(w.Channels[0], "+421905555666", "nič", now.Add(2*time.Minute))
	w.Receive(w.Channels[0], "+421905111222", "topánky č. 43", now.Add(3*time.Minute))
	w.Change(b.Conversation, func(c *desk.Conversation) { c.State, c.Waiting = desk.Closed, false })
	w.Change(c.Conversation, func(c *desk.Conversation) { c.Assignee = w.Owner.ID })
	find := func(f desk.Filter) []desk.ID {
		t.Helper()
		f.Paging = one(50)
		page := must(w.Store.Conversations(ctx, w.All(), f))(t)
		if page.NextCursor != "" {
			t.Errorf("a search of conversations has another page")
		}
		var ids []desk.ID
		for _, r := range page.Items {
			ids = append(ids, r.Conversation.ID)
		}
		return ids
	}
	for name, s := range map[string]struct {
		f    desk.Filter
		want []desk.ID
	}{
		"words":            {desk.Filter{Text: "topanky"}, []desk.ID{a.Conversation, b.Conversation}},
		"words, open":      {desk.Filter{Text: "topanky", View: desk.ViewOpen}, []desk.ID{a.Conversation}},
		"words, closed":    {desk.Filter{Text: "topanky", View: desk.ViewClosed}, []desk.ID{b.Conversation}},
		"words, waiting":   {desk.Filter{Text: "topanky", View: desk.ViewWaiting}, []desk.ID{a.Conversation}},
		"words, snoozed":   {desk.Filter{Text: "topanky", View: desk.ViewSnoozed}, nil},
		"words, channel":   {desk.Filter{Text: "topanky", Channel: w.Channels[1].ID}, []desk.ID{b.Conversation}},
		"number":           {desk.Filter{Text: "#2"}, []desk.ID{b.Conversation}},
		"bare number":      {desk.Filter{Text: " 3 "}, []desk.ID{c.Conversation}},
		"number, mine":     {desk.Filter{Text: "3", View: desk.ViewMine}, []desk.ID{c.Conversation}},
		"number, not mine": {desk.Filter{Text: "2", View: desk.ViewMine}, nil},
		"unknown number":   {desk.Filter{Text: "#99"}, nil},
		"phone":            {desk.Filter{Text: "905 555"}, []desk.ID{c.Conversation}},
		"phone, none":      {desk.Filter{Text: "905 555", View: desk.ViewUnassigned}, nil},
		"name":             {desk.Filter{Text: "customer"}, []desk.ID{a.Conversation, c.Conversation, b.Conversation}},
	} {
		if got := find(s.f); !slices.Equal(got, s.want) {
			t.Errorf("%s: got %v, want %v", name, got, s.want)
		}
	}
	// What a view shows may lie behind many hits that it does not show.
	hidden := w.Receive(w.Channels[1], "+421905777888", "batoh", now)
	w.Change(hidden.Conversation, func(c *desk.Conversation) { c.State, c.SnoozedUntil = desk.Snoozed, now.Add(time.Hour) })
	for i := range 30 {
		w.Receive(w.Channels[1], "+421905333444", "batoh", now.Add(time.Duration(i)*time.Second))
	}
	page := must(w.Store.Conversations(ctx, w.All(), desk.Filter{Text: "batoh", View: desk.ViewSnoozed, Paging: one(1)}))(t)
	if len(page.Items) != 1 || page.Items[0].Conversation.ID != hidden.Conversation {
		t.Errorf("behind 30 hits of other views: got %d conversations, want the snoozed one", len(page.Items))
	}
}
