package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	mrand "math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"runtime/pprof"
	"strconv"
	"time"

	"parley/desk"
)

// desktop asks the API without a network: what is measured is the server's time.
type desktop struct {
	*run
	api   http.Handler
	token string
}

// body is an answer that is only counted and kept.
type body struct {
	header http.Header
	status int
	data   []byte
}

func (w *body) Header() http.Header { return w.header }

func (w *body) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *body) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	w.data = append(w.data, p...)
	return len(p), nil
}

// get asks as the holder of a token and returns the answer with the time that it
// took.
func (d *desktop) get(ctx context.Context, token, path string) ([]byte, time.Duration, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1"+path, nil)
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	w := &body{header: http.Header{}}
	began := time.Now()
	d.api.ServeHTTP(w, req)
	took := time.Since(began)
	if w.status != http.StatusOK {
		return nil, 0, fmt.Errorf("GET %s: %d: %s", path, w.status, w.data)
	}
	return w.data, took, nil
}

// page asks for a page of a list and returns the address of the next, "" after
// the last. It looks for the cursor only: decoding the rest would burn more CPU
// than the server.
func (d *desktop) page(ctx context.Context, path, cursor string) (next string, took time.Duration, err error) {
	data, took, err := d.get(ctx, d.token, path+cursor)
	if err != nil {
		return "", 0, err
	}
	_, rest, found := bytes.Cut(data, []byte(`"next_cursor":`))
	if !found {
		return "", 0, fmt.Errorf("GET %s: there is no next_cursor", path)
	}
	var value *string
	if err := json.NewDecoder(bytes.NewReader(rest)).Decode(&value); err != nil || value == nil {
		return "", took, err
	}
	return "&cursor=" + url.QueryEscape(*value), took, nil
}

// series repeats a question for a while, at least twenty times, after one that
// warms up. ask says what to ask the n-th time.
func (d *desktop) series(ctx context.Context, row Row, limit float64, ask func(n int) (token, path string)) error {
	token, path := ask(0)
	if _, _, err := d.get(ctx, token, path); err != nil {
		return fmt.Errorf("%s: %w", row.Name, err)
	}
	before, err := used()
	if err != nil {
		return err
	}
	var times []time.Duration
	var all time.Duration
	for n := 1; n <= 20 || all < d.cfg.For/4; n++ {
		token, path := ask(n)
		_, took, err := d.get(ctx, token, path)
		if err != nil {
			return fmt.Errorf("%s: %w", row.Name, err)
		}
		times, all = append(times, took), all+took
	}
	return d.report(row, times, limit, before)
}

func (d *desktop) report(row Row, times []time.Duration, limit float64, before use) error {
	after, err := used()
	if err != nil {
		return err
	}
	var all time.Duration
	for _, t := range times {
		all += t
	}
	return d.emit(row.timed(times).over(len(times), all).burnt(after.CPU - before.CPU).weighing(after.RSS).against(limit))
}

// desktop opens the API on the data for as long as fn runs.
func (b *run) desktop(ctx context.Context, tokens []desk.ID, fn func(d *desktop, tokens []string) error) (err error) {
	values, err := b.tokens(ctx, tokens)
	if err != nil {
		return err
	}
	api, closeAPI, err := b.cfg.Handler(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeAPI()) }()
	if b.cfg.Profile != "" {
		f, err := os.Create(b.cfg.Profile)
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			return errors.Join(err, f.Close())
		}
		defer func() {
			pprof.StopCPUProfile()
			f.Close()
		}()
	}
	return fn(&desktop{run: b, api: api, token: values[0]}, values)
}

const conversationsPath = "/api/v1/conversations?limit=50&view="

// inbox measures the lists: every view, every filter, deep pages, and a long
// conversation.
func (b *run) inbox(ctx context.Context) error {
	agents, _ := b.agents()
	who := append([]desk.ID{b.owner()}, agents[:20]...)
	return b.desktop(ctx, who, func(d *desktop, tokens []string) error {
		bare, err := b.bareList(ctx)
		if err != nil {
			return err
		}
		const note = "the owner, who sees ten channels; limit: one bare read of fifty rows by the index, of one channel"
		for _, view := range []desk.View{desk.ViewMine, desk.ViewUnassigned, desk.ViewWaiting, desk.ViewOpen, desk.ViewClosed, desk.ViewSnoozed, desk.ViewAll} {
			row := Row{Name: "inbox_" + string(view), Note: note}
			ask := func(int) (string, string) { return d.token, conversationsPath + string(view) }
			if view == desk.ViewMine {
				row.Note = "agents, one after another, who see one channel; the limit is that of the other views"
				ask = func(n int) (string, string) { return tokens[1+n%20], conversationsPath + string(view) }
			}
			if err := d.series(ctx, row, bare, ask); err != nil {
				return err
			}
		}
		if err := d.filters(ctx, tokens, bare); err != nil {
			return err
		}
		if err := d.deep(ctx, bare); err != nil {
			return err
		}
		return d.thread(ctx)
	})
}

// filters measures each filter of the list by itself.
func (d *desktop) filters(ctx context.Context, tokens []string, bare float64) error {
	r := mrand.New(mrand.NewPCG(1, 1))
	some := func() int { return r.IntN(d.data.Size.Conversations) }
	for _, f := range []struct {
		name, note string
		ask        func(n int) (string, string)
	}{
		{"inbox_recent", "all, the latest message first", func(int) (string, string) { return d.token, conversationsPath + "all&sort=recent" }},
		{"inbox_agent", "all, for agents who see one channel", func(n int) (string, string) { return tokens[1+n%20], conversationsPath + "all" }},
		{"inbox_channel", "all of one channel, turn by turn", func(n int) (string, string) {
			return d.token, conversationsPath + "all&channel_id=" + d.numbers[n%len(d.numbers)].ID.String()
		}},
		{"inbox_contact", "all of one customer", func(int) (string, string) {
			return d.token, conversationsPath + "all&contact_id=" + d.data.Customer(some()).Contact.String()
		}},
		{"inbox_q_phone", "a text: a customer's number", func(int) (string, string) {
			return d.token, conversationsPath + "all&q=" + url.QueryEscape(d.data.Customer(some()).Phone)
		}},
		{"inbox_q_name", "a text: a customer's name", func(int) (string, string) {
			return d.token, conversationsPath + "all&q=" + url.QueryEscape(d.data.Customer(some()).Name)
		}},
		{"inbox_q_number", "a text: a conversation's number", func(int) (string, string) {
			return d.token, conversationsPath + "all&q=" + url.QueryEscape("#"+strconv.Itoa(1+some()))
		}},
		{"inbox_q_word", "a text: a frequent word", func(n int) (string, string) {
			words := d.data.Common()
			return d.token, conversationsPath + "all&q=" + url.QueryEscape(words[n%len(words)])
		}},
		{"inbox_counters", "the numbers beside the views", func(int) (string, string) { return d.token, "/api/v1/counters" }},
	} {
		if err := d.series(ctx, Row{Name: f.name, Note: f.note}, bare, f.ask); err != nil {
			return err
		}
	}
	return nil
}

const (
	deepPages = 2000
	deepLast  = 500 // of which these count
)

// deep follows the cursors far down a list.
func (d *desktop) deep(ctx context.Context, bare float64) error {
	var times []time.Duration
	var before use
	path := conversationsPath + "all"
	cursor, seen := "", 0
	for range deepPages {
		if len(times)%deepLast == 0 {
			u, err := used()
			if err != nil {
				return err
			}
			before, times = u, nil
		}
		next, took, err := d.page(ctx, path, cursor)
		if err != nil {
			return err
		}
		times, seen = append(times, took), seen+50
		if cursor = next; cursor == "" {
			break
		}
	}
	return d.report(Row{Name: "inbox_deep", Note: "pages by cursor, the last of a long walk down the view all"}.with("conversations_passed", float64(seen)), times, bare, before)
}

// thread pages through the longest conversation, from its end to its beginning.
func (d *desktop) thread(ctx context.Context) error {
	id, messages := d.data.LongThread()
	bare, err := d.bareThread(ctx, id)
	if err != nil {
		return err
	}
	path := "/api/v1/conversations/" + id.String() + "/messages?limit=50"
	written, err := d.written(ctx)
	if err != nil {
		return err
	}
	before, err := used()
	if err != nil {
		return err
	}
	var times []time.Duration
	var all time.Duration
	for first := true; first || all < d.cfg.For/4; first = false {
		for cursor := ""; ; {
			next, took, err := d.page(ctx, path, cursor)
			if err != nil {
				return err
			}
			times, all = append(times, took), all+took
			if cursor = next; cursor == "" {
				break
			}
		}
	}
	again, err := d.written(ctx)
	if err != nil {
		return err
	}
	return d.report(Row{Name: "thread_20k", Note: "every page of the longest conversation; limit: a bare read of fifty messages by the index"}.
		with("messages", float64(messages)).with("commits_while_reading", float64(again-written)), times, bare, before)
}

// written tells writes apart: its value changes with every commit of SQLite, and
// with every change of the log in PostgreSQL.
func (d *desktop) written(ctx context.Context) (int64, error) {
	if d.cfg.URL == "" {
		return d.look.number(ctx, "PRAGMA data_version")
	}
	return d.look.number(ctx, "SELECT SUM(change_seq) FROM workspaces")
}

// bareList is how often a second one connection reads fifty conversations of one
// channel by the index.
func (b *run) bareList(ctx context.Context) (float64, error) {
	return b.bare(ctx, `SELECT * FROM conversations WHERE channel_id = $1 AND state = 'closed' AND deleted_at = 0 AND (attention, id) > ($2, $3)
ORDER BY attention, id LIMIT 50`, func(n int) []any { return []any{int64(b.numbers[n%len(b.numbers)].ID), int64(0), int64(0)} })
}

func (b *run) bareThread(ctx context.Context, conversation desk.ID) (float64, error) {
	return b.bare(ctx, "SELECT * FROM messages WHERE conversation_id = $1 AND order_at < $2 ORDER BY order_at DESC LIMIT 50", func(n int) []any {
		return []any{int64(conversation), b.data.Base.Add(-time.Duration(n%700) * 24 * time.Hour).UnixMicro()}
	})
}

// bare repeats a query and reads all that it gives, for a second.
func (b *run) bare(ctx context.Context, text string, args func(n int) []any) (float64, error) {
	st, err := b.look.db.PrepareContext(ctx, text)
	if err != nil {
		return 0, err
	}
	defer st.Close()
	began, n := time.Now(), 0
	for time.Since(began) < min(time.Second, b.cfg.For/4) {
		rows, err := st.QueryContext(ctx, args(n)...)
		if err != nil {
			return 0, err
		}
		columns, err := rows.Columns()
		if err != nil {
			return 0, errors.Join(err, rows.Close())
		}
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		for rows.Next() {
			if err := rows.Scan(values...); err != nil {
				return 0, errors.Join(err, rows.Close())
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return 0, err
		}
		n++
	}
	return float64(n) / time.Since(began).Seconds(), nil
}
