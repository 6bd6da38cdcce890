package chaos

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
)

func (r *round) open() (*sql.DB, error) {
	if r.db != "" {
		return sql.Open("pgx", r.db)
	}
	return sql.Open("sqlite", "file:"+filepath.Join(r.dir, "parley.db")+"?mode=ro&_pragma=busy_timeout(10000)")
}

// checker reads what the server keeps and compares it with the journals. Its
// invariants are numbered as in docs/reliability.md.
type checker struct {
	*round
	ctx    context.Context
	db     *sql.DB
	total  *Report
	err    error
	counts map[string]int
}

const mostFindings = 20 // of one invariant

func (c *checker) found(invariant, format string, args ...any) {
	c.counts[invariant]++
	if n := c.counts[invariant]; n <= mostFindings {
		c.total.Broken = append(c.total.Broken, invariant+": "+fmt.Sprintf(format, args...))
	} else if n == mostFindings+1 {
		c.total.Broken = append(c.total.Broken, invariant+": and more")
	}
}

// rows runs a query and gives each row to fn.
func (c *checker) rows(query string, fn func(scan func(...any))) {
	if c.err != nil {
		return
	}
	rows, err := c.db.QueryContext(c.ctx, query)
	if err != nil {
		c.err = fmt.Errorf("%w in %s", err, query)
		return
	}
	defer rows.Close()
	for rows.Next() {
		fn(func(dest ...any) {
			if err := rows.Scan(dest...); err != nil && c.err == nil {
				c.err = fmt.Errorf("%w in %s", err, query)
			}
		})
	}
	if err := rows.Err(); err != nil && c.err == nil {
		c.err = err
	}
}

// none says that a query which finds violations finds none. Its one column
// describes a violation.
func (c *checker) none(invariant, query string) {
	c.rows(query, func(scan func(...any)) {
		var what string
		scan(&what)
		c.found(invariant, "%s", what)
	})
}

func (r *round) check(ctx context.Context, total *Report) error {
	db, err := r.open()
	if err != nil {
		return err
	}
	defer db.Close()
	c := &checker{round: r, ctx: ctx, db: db, total: total, counts: map[string]int{}}
	c.ledger()
	c.timeline()
	c.ticks()
	c.sends()
	c.numbers()
	c.heard()
	c.storage()
	total.Posts += len(r.posts)
	total.Refused += r.refused
	total.Replies += len(r.replies)
	return c.err
}

// ledger checks I1: what was answered with 200 is kept as often as it was, and
// has a fate.
func (c *checker) ledger() {
	kept := map[[32]byte]int{}
	c.rows("SELECT body FROM hook_bodies", func(scan func(...any)) {
		var body []byte
		scan(&body)
		kept[sha256.Sum256(body)]++
	})
	for i, p := range c.posts {
		c.total.Acks += p.acks
		c.total.Updates += len(p.updates)
		if kept[p.digest] < p.acks {
			c.found("I1", "webhook %d was acknowledged %d times and is kept %d times", i, p.acks, kept[p.digest])
		}
	}
	c.none("I1", "SELECT 'hook ' || id || ' has the fate ' || state || ': ' || reason FROM hooks WHERE state NOT IN ('applied', 'duplicate')")
	c.none("I1", "SELECT 'an item of hook ' || hook_id || ' failed: ' || reason FROM hook_items WHERE state = 'failed'")
}

// timeline checks I1, I2 and I3: every message of an acknowledged webhook stands
// in one timeline once, where the provider's time puts it.
func (c *checker) timeline() {
	type line struct {
		conversation, at, provider, received int64
	}
	have := map[string]line{}
	c.rows(`SELECT m.external_id, m.conversation_id, m.order_at, m.provider_at, h.received_at
		FROM messages m JOIN hooks h ON h.id = m.order_hook WHERE m.direction = 'in'`, func(scan func(...any)) {
		var id string
		var l line
		scan(&id, &l.conversation, &l.at, &l.provider, &l.received)
		if _, twice := have[id]; twice && id != "" {
			c.found("I2", "%s stands in a timeline twice", id)
		}
		have[id] = l
		c.total.Messages++
	})
	at := map[string]int64{} // conversation by number and customer
	for _, p := range c.posts {
		if p.acks == 0 {
			continue
		}
		for _, u := range p.updates {
			if !u.makes {
				continue
			}
			l, ok := have[u.external]
			if !ok {
				c.found("I1", "%s (%v) was acknowledged and is not in a timeline", u.external, u.value["type"])
				continue
			}
			// docs/adr/0008-order-within-a-second.md
			if place := min(u.at*1_000_000+999_000, l.received); l.at != place || l.provider != u.at*1_000_000 {
				c.found("I3", "%s stands at %d instead of %d, the provider said %d s and is kept with %d", u.external, l.at, place, u.at, l.provider)
			}
			if l.received < p.first.UnixMicro() {
				c.found("I3", "%s was received at %d, before it was sent", u.external, l.received)
			}
			pair := fmt.Sprint(u.number, u.customer)
			if first, known := at[pair]; known && first != l.conversation {
				c.found("I8", "%s writes in conversations %d and %d", pair, first, l.conversation)
			}
			at[pair] = l.conversation
		}
	}
	c.none("I8", "SELECT 'channel ' || channel_id || ' has several threads with contact ' || contact_id FROM conversations WHERE deleted_at = 0 GROUP BY channel_id, contact_id HAVING COUNT(*) > 1")
	c.none("I8", "SELECT 'conversation ' || id || ' has no message' FROM conversations WHERE NOT EXISTS (SELECT 1 FROM messages WHERE conversation_id = conversations.id)")
}

var steps = []string{"accepted", "sent", "delivered", "read", "played"}

// ticks checks I7 against the raw webhooks in the ledger: what a message shows is
// the highest status that ever came for any of its tries.
func (c *checker) ticks() {
	highest, failed := map[string]int{}, map[string]bool{}
	c.rows("SELECT body FROM hook_bodies", func(scan func(...any)) {
		var body []byte
		scan(&body)
		var hook struct {
			Entry []struct {
				Changes []struct {
					Value struct {
						Statuses []struct{ ID, Status string }
					}
				}
			}
		}
		if err := json.Unmarshal(body, &hook); err != nil {
			c.found("I1", "a kept body is not the JSON that was sent: %v", err)
			return
		}
		for _, e := range hook.Entry {
			for _, ch := range e.Changes {
				for _, s := range ch.Value.Statuses {
					if s.Status == "failed" {
						failed[s.ID] = true
					}
					highest[s.ID] = max(highest[s.ID], slices.Index(steps, s.Status))
				}
			}
		}
	})
	type state struct {
		status string
		top    int
		failed bool
	}
	shown := map[int64]*state{}
	c.rows("SELECT m.id, m.status, k.external_id FROM messages m JOIN message_keys k ON k.message_id = m.id WHERE m.direction = 'out'", func(scan func(...any)) {
		var id int64
		var status, external string
		scan(&id, &status, &external)
		if shown[id] == nil {
			shown[id] = &state{status: status}
		}
		shown[id].top = max(shown[id].top, highest[external])
		shown[id].failed = shown[id].failed || failed[external]
	})
	delivered := slices.Index(steps, "delivered")
	for id, s := range shown {
		want := steps[s.top]
		if s.failed && s.top < delivered {
			want = "failed"
		}
		// A try that the provider refused leaves a failure without a status.
		if s.status != want && !(s.status == "failed" && s.top < delivered) {
			c.found("I7", "message %d shows %s, the statuses that came say %s", id, s.status, want)
		}
	}
}

// sends checks I4 and I5: every reply that was acknowledged has one outcome, and
// the provider accepted each message once, or it is flagged.
func (c *checker) sends() {
	type sent struct {
		status, code string
		flagged      bool
		n            int
	}
	byText := map[string]*sent{}
	byID := map[string]string{}
	c.rows("SELECT CAST(id AS TEXT), text, status, error_code, flagged FROM messages WHERE direction = 'out'", func(scan func(...any)) {
		var id, text string
		var s sent
		var flagged any
		scan(&id, &text, &s.status, &s.code, &flagged)
		s.flagged = fmt.Sprint(flagged) == "1" || fmt.Sprint(flagged) == "true"
		if have := byText[text]; have != nil {
			have.n++
			return
		}
		s.n = 1
		byText[text], byID[id] = &s, text
		if !slices.Contains(append(steps, "failed", "cancelled"), s.status) {
			c.found("I4", "message %s ends as %q", id, s.status)
		}
		if s.flagged {
			c.total.Flagged++
		}
		if s.code == "unconfirmed" {
			c.total.Unconfirmed++
		}
	})
	for _, p := range c.broken {
		c.found("I2", "%s", p)
	}
	for _, r := range c.replies {
		s := byText[r.text]
		switch {
		case r.id != "" && s == nil:
			c.found("I4", "reply %s was acknowledged and is gone", r.clientID)
		case s != nil && s.n > 1:
			c.found("I2", "reply %s is kept %d times", r.clientID, s.n)
		case r.id != "" && byID[r.id] != r.text:
			c.found("I2", "reply %s was answered with message %s, which is another", r.clientID, r.id)
		}
	}
	var journal struct {
		Items []struct {
			Text  string
			Count int
		}
	}
	if err := c.ask(c.ctx, "/sim/api/accepted", &journal); err != nil && c.err == nil {
		c.err = err
	}
	accepted := map[string]int{}
	for _, a := range journal.Items {
		if strings.HasPrefix(a.Text, "Odpoveď ") {
			accepted[a.Text] += a.Count
		}
	}
	c.total.Accepted += len(accepted)
	for text, n := range accepted {
		s := byText[text]
		switch {
		case s == nil:
			c.found("I5", "the provider accepted %q, which is not kept", text)
		case n > 1 && !s.flagged:
			c.found("I5", "the provider accepted %q %d times, and it is not flagged", text, n)
		case n > 2:
			c.found("I5", "the provider accepted %q %d times", text, n)
		}
	}
	for text, s := range byText {
		if slices.Contains(steps, s.status) && strings.HasPrefix(text, "Odpoveď ") && accepted[text] == 0 {
			c.found("I4", "%q shows %s, and the provider never accepted it", text, s.status)
		}
	}
}

// numbers checks I9: what is counted along the way equals a recount.
func (c *checker) numbers() {
	c.none("I9", `SELECT 'conversation ' || c.id || ' counts ' || c.inbound_total || ' inbound messages' FROM conversations c
		WHERE c.inbound_total <> (SELECT COUNT(*) FROM messages m WHERE m.conversation_id = c.id AND m.direction = 'in' AND m.type NOT IN ('welcome', 'system', 'reaction'))`)
	c.none("I9", `SELECT 'conversation ' || c.id || ' shows an older last message' FROM conversations c
		WHERE EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id AND m.direction IN ('in', 'out') AND m.type <> 'reaction' AND m.order_at > c.last_at)`)
	c.none("I9", `SELECT 'the workspace counts ' || n.n || ' open conversations in channel ' || n.channel_id FROM counters n
		WHERE n.kind = 'open' AND n.member_id = 0 AND n.n <> (SELECT COUNT(*) FROM conversations c WHERE c.channel_id = n.channel_id AND c.state = 'open' AND c.deleted_at = 0)`)
	c.none("I9", "SELECT 'two conversations have number ' || number FROM conversations GROUP BY workspace_id, number HAVING COUNT(*) > 1")
	c.none("I6", "SELECT 'a deadline of kind ' || kind || ' is overdue' FROM deadlines WHERE due_at < (SELECT MAX(created_at) FROM messages) - 60000000")
}

// heard checks I10: every socket was shown every message, over all crashes,
// without a gap and nothing that was not kept.
func (c *checker) heard() {
	kept := map[string]bool{}
	c.rows("SELECT CAST(id AS TEXT) FROM messages", func(scan func(...any)) {
		var id string
		scan(&id)
		kept[id] = true
	})
	for i, w := range c.watchers {
		for _, b := range w.broken {
			c.found("I10", "socket %d: %s", i, b)
		}
		missed := 0
		for id := range kept {
			if !w.seen[id] {
				missed++
			}
		}
		if missed > 0 && w.resets == 0 {
			c.found("I10", "socket %d was never shown %d of %d messages", i, missed, len(kept))
		}
		for id := range w.seen {
			if !kept[id] {
				c.found("I10", "socket %d was shown message %s, which is not kept", i, id)
			}
		}
		c.total.Frames += w.frames
		c.total.Resumes += w.resumes
		c.total.Resets += w.resets
	}
}

// storage checks I12: the file is sound, nothing refers to nothing, and every
// stored attachment has its bytes.
func (c *checker) storage() {
	if c.round.db == "" {
		c.none("I12", "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'")
		c.none("I12", `SELECT 'row ' || rowid || ' of ' || "table" || ' refers to nothing' FROM pragma_foreign_key_check`)
	}
	c.none("I12", "SELECT 'a message has no conversation: ' || id FROM messages WHERE NOT EXISTS (SELECT 1 FROM conversations WHERE id = messages.conversation_id)")
	c.rows("SELECT workspace_id, hash FROM files WHERE state = 'stored'", func(scan func(...any)) {
		var workspace int64
		var hash string
		scan(&workspace, &hash)
		matches, err := filepath.Glob(filepath.Join(c.dir, "files", "*", hash[:2], hash))
		if err != nil || len(matches) == 0 {
			c.found("I12", "the file %s has no bytes", hash)
			return
		}
		data, err := os.ReadFile(matches[0])
		if err != nil || fmt.Sprintf("%x", sha256.Sum256(data)) != hash {
			c.found("I12", "the file %s has other bytes", hash)
		}
	})
}
