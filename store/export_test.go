package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"parley/desk"
)

// What tests of this folder need of the inside.

// FailCommits lets commits fail as fail says, instead of happening; nil commits.
func (s *Store) FailCommits(fail func(items int) (Fault, error)) {
	s.committer.commit = func(t *tx) *breakage {
		if f, err := fail(t.statements); err != nil {
			return &breakage{fault(f), err}
		}
		return commit(t)
	}
}

// Fault is how a failed commit is classed.
type Fault fault

const (
	Plain     = Fault(plain)
	Transient = Fault(transient)
	Full      = Fault(full)
	Lost      = Fault(lost)
	Unsure    = Fault(unsure)
	Fatal     = Fault(fatal)
)

// Classify classes a database error.
func Classify(err error) Fault { return Fault(classify(err)) }

// WriteDB is the database that is written to.
func (s *Store) WriteDB() *sql.DB { return s.write }

// Exec runs a statement on the only writer of SQLite, between transactions.
func (s *Store) Exec(text string) error {
	return s.Write(context.Background(), desk.FromJobs, func(dt desk.Tx) error {
		_, err := dt.(*tx).session.conn.ExecContext(context.Background(), text)
		return err
	})
}

// Explain returns the plan of a list as the database words it, one line per
// step.
func (s *Store) Explain(f desk.Filter, scope desk.Scope, channels []desk.ID) ([]string, error) {
	ctx := context.Background()
	args := []any{int64(smallest), int64(smallest), 51}
	if f.Sort == desk.SortRecent {
		args[0], args[1] = int64(largest), int64(largest)
	}
	if f.Contact != 0 {
		f.Limit = 50
		text, args := contactText(f, scope, channels, place{args[0].(int64), desk.ID(args[1].(int64))})
		return s.explain(ctx, s.read, text, args...)
	}
	if f.View == desk.ViewMine {
		args = append(args, scope.Member)
	}
	for _, c := range channels {
		args = append(args, c)
	}
	return s.explain(ctx, s.read, listText(s.dialect, f, len(channels)), args...)
}

// ExplainPage returns the plan of a page of messages.
func (s *Store) ExplainPage(conversation desk.ID) ([]string, error) {
	return s.explain(context.Background(), s.read, timeline, conversation, int64(largest), int64(largest), int64(largest), 51)
}

// ExplainSearch returns the plan of a search for messages.
func (s *Store) ExplainSearch(scope desk.Scope, q string) ([]string, error) {
	match, err := s.inScope(context.Background(), scope, 0, termsOf(q))
	if err != nil {
		return nil, err
	}
	return s.explain(context.Background(), searching{s.read}, s.dialect.findMessages("m.id"), match, int64(largest), 51)
}

func (s *Store) explain(ctx context.Context, q querier, text string, args ...any) ([]string, error) {
	if s.dialect == postgresDB {
		return list(ctx, q, func(r row) (line string, err error) { err = r.Scan(&line); return line, err }, "EXPLAIN "+text, args...)
	}
	return list(ctx, q, func(r row) (line string, err error) {
		var id, parent, unused int
		err = r.Scan(&id, &parent, &unused, &line)
		return line, err
	}, "EXPLAIN QUERY PLAN "+text, args...)
}

// Text is a statement as SQLite gets it, and the order of its arguments.
func Text(s string) (text string, order []int) { return sqliteDB.text(s) }

// Seal and Open are the sealing of columns.
func Seal(secrets [][]byte, plain []byte, table string, row desk.ID, column string) ([]byte, error) {
	s, err := newSealer(secrets...)
	if err != nil {
		return nil, err
	}
	return s.seal(plain, table, row, column)
}

func Unseal(secrets [][]byte, sealed []byte, table string, row desk.ID, column string) ([]byte, error) {
	s, err := newSealer(secrets...)
	if err != nil {
		return nil, err
	}
	return s.open(sealed, table, row, column)
}

// Fold and WordsOf bring text into the form that is searched.
func Fold(s string) string      { return fold(s) }
func WordsOf(s string) []string { return wordsOf(s) }

// Cursor and Start write and read cursors.
func Cursor(list byte, key ...int64) string { return cursor(list, key...) }

func Start(p desk.Paging, list byte, key ...*int64) error { return start(p, list, key...) }

// ErrSync stands for a failed fsync.
var ErrSync = errors.New("fsync: input/output error")

// Older compares version numbers.
func Older(a, b string) bool { return older(a, b) }

// FillIndex is a statement that indexes all messages by the words that an
// expression gives.
func (s *Store) FillIndex(words string) string {
	if s.dialect == postgresDB {
		return "INSERT INTO message_index (id, words) SELECT id, array_to_tsvector(string_to_array(" + words + ", ' ')) FROM messages"
	}
	return "INSERT INTO message_index (rowid, words) SELECT id, " + words + " FROM messages"
}

// Unindex takes a message out of the index; Reindex puts it back.
func (s *Store) Unindex(id desk.ID) string {
	return strings.Replace(s.dialect.dropWords("message_index"), "$1", id.String(), 1)
}

func (s *Store) Reindex(id desk.ID) string {
	return strings.NewReplacer("$1", id.String(), "$2", "'hello'").Replace(s.dialect.addWords("message_index"))
}

// Ended asks what became of the transaction xid, as a session does whose latest
// commit left the mark.
func (s *Store) Ended(xid string, writer, mark, backend int64) (ended, committed bool, err error) {
	return (&tx{db: s.write, session: &session{dialect: s.dialect, writer: writer, mark: mark, backend: backend}}).ended(xid)
}

// DeposeBefore is the first step of a migration to a form.
func (s *Store) DeposeBefore(ctx context.Context, form int64) error {
	return s.deposeBefore(ctx, s.write, form)
}
