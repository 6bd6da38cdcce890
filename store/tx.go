package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"parley/desk"
)

// tx is one transaction of a writer and implements desk.Tx for the items that
// share it. A failed statement fails the item, or the Nest, that it stands in,
// whatever the item makes of the error: PostgreSQL would refuse all further
// statements, and both databases shall behave alike.
type tx struct {
	session    *session
	db         *sql.DB // for connections beside the session
	ids        *ids
	first      desk.ID // ids that are handed out in the transaction are not below
	log        *slog.Logger
	seal       *sealer
	now        func() time.Time
	final      bool      // conflicts are the item's own error
	broken     *breakage // the whole transaction has to be rolled back
	failed     error     // what failed at the present savepoint
	careful    bool      // savepoints are set
	depth      int
	statements int
	writes     int // statements that may have written
	pending    pending
	topics     topics
	texts      map[desk.ID]string // the words of messages as they were loaded or written
	tokens     map[string]int64   // of the leases that are locked, by name
	ahead      ahead
}

var _ desk.Tx = (*tx)(nil)

// background is the context of statements in a transaction: a caller may give
// up only while its write is queued.
func background() context.Context { return context.Background() }

// stuck is why no further statement may run.
func (t *tx) stuck() error {
	if t.broken != nil {
		return t.broken
	}
	return t.failed
}

// note remembers what a failed statement means for the transaction.
func (t *tx) note(err error) error {
	if err == nil || desk.CodeOf(err) != "" {
		return err
	}
	f := t.session.fault(err)
	switch f {
	case plain:
	case conflict:
		taken := fmt.Errorf("%w: %w", desk.Errorf(desk.CodeConflict, "Something with the same name or address exists already."), err)
		if t.final || t.session.dialect == sqliteDB {
			err = taken
			break
		}
		// Another transaction may have been faster, which the item sees when
		// it runs again.
		t.broken = &breakage{transient, err}
		return t.broken
	default:
		t.broken = &breakage{f, err}
		return t.broken
	}
	t.failed = err
	return err
}

func (t *tx) exec(ctx context.Context, text string, args ...any) (int64, error) {
	if err := t.stuck(); err != nil {
		return 0, err
	}
	t.statements++
	t.writes++
	n, err := t.session.exec(ctx, text, args...)
	return n, t.note(err)
}

func (t *tx) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if err := t.stuck(); err != nil {
		return nil, err
	}
	t.statements++
	if strings.Contains(text, "RETURNING") {
		t.writes++
	}
	rows, err := t.session.query(ctx, text, args...)
	return rows, t.note(err)
}

// run is exec for those who do not ask how many rows it met.
func (t *tx) run(text string, args ...any) error {
	_, err := t.exec(background(), text, args...)
	return err
}

// runAll is run for many statements at once.
func (t *tx) runAll(all []statement) error {
	if err := t.stuck(); err != nil || len(all) == 0 {
		return err
	}
	t.statements += len(all)
	t.writes += len(all)
	return t.note(t.session.execAll(background(), all))
}

func (t *tx) NewID() desk.ID {
	id, ok := t.ids.take()
	if !ok && t.broken == nil {
		t.broken = &breakage{transient, errIDs}
	}
	return id
}

func (t *tx) Nest(fn func() error) error { return t.nest(fn) }

// nest runs fn and undoes its writes when it fails or panics.
func (t *tx) nest(fn func() error) error {
	if err := t.stuck(); err != nil {
		return err
	}
	if !t.careful {
		return t.hope(fn)
	}
	t.depth++
	defer func() { t.depth-- }()
	name := fmt.Sprintf("s%d", t.depth)
	if err := t.run("SAVEPOINT " + name); err != nil {
		return err
	}
	mark := t.pending.mark()
	err := guard(t.log, fn)
	if t.broken != nil {
		return t.broken
	}
	if err == nil {
		err = t.failed
	}
	if err == nil {
		return t.run("RELEASE SAVEPOINT " + name)
	}
	t.failed = nil
	t.pending.truncate(mark)
	clear(t.texts)
	clear(t.tokens) // their locks are undone, too, as are those of ahead
	t.ahead.forget()
	if undo := t.run("ROLLBACK TO SAVEPOINT " + name); undo != nil {
		return undo
	}
	if undo := t.run("RELEASE SAVEPOINT " + name); undo != nil {
		return undo
	}
	return err
}

// hope runs fn without a savepoint, which costs much and is hardly ever needed.
// What fails before it wrote leaves nothing to undo; otherwise the transaction is
// run again with savepoints.
func (t *tx) hope(fn func() error) error {
	mark, wrote := t.pending.mark(), t.writes
	err := guard(t.log, fn)
	switch {
	case t.broken != nil:
		return t.broken
	case err == nil && t.failed == nil:
		return nil
	case t.failed == nil && t.writes == wrote:
		t.pending.truncate(mark)
		return err
	}
	t.broken = &breakage{careless, cmp.Or(err, t.failed)}
	return t.broken
}

// flush writes what was collected; it is the last thing before the commit.
func (t *tx) flush() *breakage {
	err := t.pending.write(t)
	if err == nil {
		err = t.stuck()
	}
	switch {
	case err == nil:
		return nil
	case t.broken != nil:
		return t.broken
	}
	return &breakage{plain, err}
}

// ask reads one value on a connection of its own.
func (t *tx) ask(ctx context.Context, dest any, text string, args ...any) error {
	return t.db.QueryRowContext(ctx, text, args...).Scan(dest)
}
