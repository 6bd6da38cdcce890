package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"

	"parley/desk"
)

// dialect is one of the two databases. SQL is written once, for PostgreSQL, and
// rewritten by text for SQLite:
//
//	$1                   ?, or ?1 where one stands twice
//	= ANY($1)            IN (SELECT value FROM json_each(?1))
//	FOR UPDATE           nothing: the transaction has the only writer's lock
//	COLLATE "C"          nothing: text is compared by its bytes
//	LIMIT $1             LIMIT ?1 + 0
//
// SQLite looks at the value of a parameter that is a limit by itself, and plans
// the statement again each time that one is bound, which is a fifth of what a
// list costs. It does not look into an expression.
type dialect int

const (
	sqliteDB dialect = iota
	postgresDB
)

func (d dialect) String() string {
	if d == postgresDB {
		return "postgres"
	}
	return "sqlite"
}

var (
	anyOf       = regexp.MustCompile(`= ANY\((\$\d+)\)`)
	limit       = regexp.MustCompile(`LIMIT (\$\d+)`)
	placeholder = regexp.MustCompile(`\$(\d+)`)
	notInSQLite = strings.NewReplacer(" FOR UPDATE", "", ` COLLATE "C"`, "")
)

// text is the statement as the database wants it, and, unless that is the order of
// their numbers, in which order its placeholders stand.
//
// Placeholders that stand once each lose their numbers for SQLite: it takes numbers
// for names, and to look each of them up was an eighth of what a message costs.
func (d dialect) text(s string) (text string, order []int) {
	if d == postgresDB {
		return s, nil
	}
	s = notInSQLite.Replace(s)
	s = anyOf.ReplaceAllString(s, "IN (SELECT value FROM json_each($1))")
	s = limit.ReplaceAllString(s, "LIMIT $1 + 0")
	inOrder := true
	for i, m := range placeholder.FindAllStringSubmatch(s, -1) {
		n, _ := strconv.Atoi(m[1])
		if slices.Contains(order, n-1) {
			return placeholder.ReplaceAllString(s, "?$1"), nil
		}
		order = append(order, n-1)
		inOrder = inOrder && n == i+1
	}
	if inOrder {
		order = nil
	}
	return placeholder.ReplaceAllString(s, "?"), order
}

// args brings arguments to what the drivers take. Text loses what the databases
// cannot keep, NUL and broken UTF-8: a message must not be lost for it.
func (d dialect) args(in []any) []any {
	for i, a := range in {
		switch v := a.(type) {
		case string:
			if strings.IndexByte(v, 0) >= 0 || !utf8.ValidString(v) {
				in[i] = strings.ReplaceAll(strings.ToValidUTF8(v, "\uFFFD"), "\x00", "\uFFFD")
			}
		case []desk.ID:
			if v == nil {
				v = []desk.ID{}
			}
			if d == postgresDB {
				in[i] = int64s(v)
				continue
			}
			b, _ := json.Marshal(v)
			in[i] = string(b)
		case []string:
			if d == sqliteDB {
				b, _ := json.Marshal(v)
				in[i] = string(b)
			}
		}
	}
	return in
}

func int64s(ids []desk.ID) []int64 {
	n := make([]int64, len(ids))
	for i, id := range ids {
		n[i] = int64(id)
	}
	return n
}

// fault classes a database error by what follows from it.
type fault int

const (
	plain     fault = iota // the statement's own error
	conflict               // a unique key is taken
	transient              // the transaction lost against another; try again
	full                   // no room, or no place among the connections
	lost                   // the connection is gone
	unsure                 // the connection broke while committing; nobody knows the outcome
	fatal                  // the disk or the file cannot be trusted any more
	careless               // an item has to be undone alone, and there is no savepoint
)

// Result codes of SQLite (https://sqlite.org/rescode.html).
const (
	sqliteBusy       = 5
	sqliteLocked     = 6
	sqliteIOErr      = 10
	sqliteCorrupt    = 11
	sqliteFull       = 13
	sqliteNotADB     = 26
	sqliteUnique     = 2067
	sqlitePrimaryKey = 1555
)

func classify(err error) fault {
	if err == nil {
		return plain
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() {
		case sqliteUnique, sqlitePrimaryKey:
			return conflict
		}
		switch lite.Code() & 0xff {
		case sqliteBusy, sqliteLocked:
			return transient
		case sqliteFull:
			return full
		case sqliteIOErr, sqliteCorrupt, sqliteNotADB:
			return fatal
		}
		return plain
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case "40001", "40P01", "55P03": // serialization failure, deadlock, lock not available in time
			return transient
		case "23505":
			return conflict
		case "25006", "25P03": // read only transaction: the server became a standby; the transaction stood still for too long
			return lost
		}
		switch pg.Code[:2] {
		case "53": // insufficient resources: disk, memory, connections
			return full
		case "08", "57": // connection exception, operator intervention
			return lost
		}
		return plain
	}
	var dial *pgconn.ConnectError
	if errors.Is(err, driver.ErrBadConn) || errors.As(err, &dial) || pgconn.Timeout(err) || pgconn.SafeToRetry(err) {
		return lost
	}
	return plain
}

// begin opens a transaction that may write.
func (d dialect) begin() string {
	if d == postgresDB {
		return "BEGIN"
	}
	return "BEGIN IMMEDIATE"
}

// lockSetup keeps two nodes from setting up the first workspace at once.
func (d dialect) lockSetup() string {
	if d == postgresDB {
		return "SELECT pg_advisory_xact_lock(5784101)"
	}
	return ""
}

// locksRows reports whether transactions run side by side and lock rows against
// each other.
func (d dialect) locksRows() bool { return d == postgresDB }

// waitForLocks makes a transaction wait longer for locks than the session does.
// PostgreSQL itself looks for deadlocks after a second.
func (d dialect) waitForLocks() string {
	if d == postgresDB {
		return "SET LOCAL lock_timeout = '5s'"
	}
	return ""
}

// writers is how many transactions run side by side.
func (d dialect) writers() int {
	if d == postgresDB {
		return postgresWriters
	}
	return 1
}

// addWords, setWords and dropWords write an entry of a full-text index: of a
// row that has none yet, that may have one, that has one.
func (d dialect) addWords(index string) string {
	if d == postgresDB {
		return "INSERT INTO " + index + " (id, words) VALUES ($1, array_to_tsvector(string_to_array($2, ' ')))"
	}
	return "INSERT INTO " + index + " (rowid, words) VALUES ($1, $2)"
}

func (d dialect) setWords(index string) string {
	if d == postgresDB {
		return d.addWords(index) + " ON CONFLICT (id) DO UPDATE SET words = excluded.words"
	}
	return "INSERT OR REPLACE INTO " + index + " (rowid, words) VALUES ($1, $2)"
}

func (d dialect) dropWords(index string) string {
	if d == postgresDB {
		return "DELETE FROM " + index + " WHERE id = $1"
	}
	return "DELETE FROM " + index + " WHERE rowid = $1"
}

// findMessages reads columns of the messages m and conversations c whose words
// match $1, from the id $2 downwards, at most $3. SQLite would not keep the index
// in the outer loop by itself.
func (d dialect) findMessages(columns string) string {
	if d == postgresDB {
		return "SELECT " + columns + ` FROM message_index i JOIN messages m ON m.id = i.id JOIN conversations c ON c.id = m.conversation_id
WHERE i.words @@ $1::tsquery AND i.id < $2 AND c.deleted_at = 0 ORDER BY i.id DESC LIMIT $3`
	}
	return "SELECT " + columns + ` FROM message_index CROSS JOIN messages m ON m.id = message_index.rowid CROSS JOIN conversations c ON c.id = m.conversation_id
WHERE message_index MATCH $1 AND message_index.rowid < $2 AND c.deleted_at = 0 ORDER BY message_index.rowid DESC LIMIT $3`
}

func (d dialect) findContacts() string {
	if d == postgresDB {
		return "SELECT id FROM contact_index WHERE words @@ $1::tsquery ORDER BY id DESC LIMIT $2"
	}
	return "SELECT rowid FROM contact_index WHERE contact_index MATCH $1 ORDER BY rowid DESC LIMIT $2"
}

// searching runs full-text searches. PostgreSQL plans each of them for its own
// words: one plan cannot suit both rare and common ones.
type searching struct{ *pool }

func (s searching) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if s.dialect == postgresDB {
		return s.db.QueryContext(ctx, text, append([]any{pgx.QueryExecModeExec}, s.dialect.args(args)...)...)
	}
	return s.pool.query(ctx, text, args...)
}

// countTables counts the tables of a name, which must be a plain one.
func (d dialect) countTables(name string) string {
	if d == postgresDB {
		return "SELECT COUNT(to_regclass('" + name + "'))"
	}
	return "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = '" + name + "'"
}

// pendingOf reads the pending hooks of the connections $2, of each at most $1.
// PostgreSQL looks at each connection by itself: what waits for others may be much.
func (d dialect) pendingOf() string {
	if d == postgresDB {
		return `unnest($2::bigint[]) AS mine (connection), LATERAL (
	SELECT * FROM hooks WHERE state = 'pending' AND connection_id = mine.connection ORDER BY received_at, id LIMIT $1
) AS hooks`
	}
	return "hooks WHERE state = 'pending' AND connection_id = ANY($2)"
}

// snapshot opens a transaction that only reads, from one state of the data.
func (d dialect) snapshot() string {
	if d == postgresDB {
		return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	}
	return "BEGIN"
}

// indexed is a table of the ids of a full-text index.
func (d dialect) indexed(index string) string {
	if d == postgresDB {
		return index
	}
	return index + "_docsize"
}

// merge joins index ranges into one, in their common order. SQLite takes from
// each range only what it needs. PostgreSQL does so only for ranges that are in
// order by themselves, which it sees when each says so.
func (d dialect) merge(ranges []string, order string) string {
	if d == postgresDB && len(ranges) > 1 {
		return "(" + strings.Join(ranges, order+") UNION ALL (") + order + ")" + order
	}
	return strings.Join(ranges, " UNION ALL ") + order
}
