package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"parley/desk"
)

// Leases live in PostgreSQL only: SQLite has one process, which has all to
// itself. Their times are those of the database's clock, so that the clocks of the
// nodes do not matter. When that one is set back, what nobody renews would last
// longer by the step: an end or a sign of life that is further ahead than it can
// be counts as past. Who is alive renews it before long.
//
// Who holds a lease locks its row FOR KEY SHARE in each transaction, which neither
// the others nor a renewal wait for. Who takes it over locks it FOR UPDATE, which
// waits for all of them.

func scanLease(r row) (l desk.Lease, err error) {
	err = r.Scan(&l.Name, &l.Token)
	return l, err
}

// Hold reads the token once per lease and transaction.
func (t *tx) Hold(l desk.Lease) error {
	if l == (desk.Lease{}) || t.session.dialect == sqliteDB {
		return nil
	}
	token, known := t.tokens[l.Name]
	if !known {
		have, _, err := find(background(), t, scanLease, "SELECT name, token FROM leases WHERE name = $1 FOR KEY SHARE", l.Name)
		if err != nil {
			return err
		}
		if t.tokens == nil {
			t.tokens = map[string]int64{}
		}
		token = have.Token
		t.tokens[l.Name] = token
	}
	if token != l.Token {
		return desk.ErrLeaseLost
	}
	return nil
}

// forgetNodes is after how long a node that was not heard of is forgotten.
const forgetNodes = 24 * time.Hour

// direct runs single statements on connections beside those of the committer and
// of the readers, so that leases are renewed while all of these are busy.
type direct struct{ db *sql.DB }

func (d direct) exec(ctx context.Context, text string, args ...any) (int64, error) {
	done, err := d.db.ExecContext(ctx, text, postgresDB.args(args)...)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

func (d direct) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	return d.db.QueryContext(ctx, text, postgresDB.args(args)...)
}

func split(leases []desk.Lease) (names []string, tokens []int64) {
	names, tokens = []string{}, []int64{}
	for _, l := range leases {
		names, tokens = append(names, l.Name), append(tokens, l.Token)
	}
	return names, tokens
}

// depose takes all leases away and forgets all nodes while the schema is older than
// that: a node that stood still for so long that it counts as gone has nothing when
// it wakes up, and its next renewal ends it. It waits for what is written in the
// name of leases.
const depose = `WITH held AS (
	SELECT name FROM leases WHERE (SELECT MAX(version_id) FROM goose_db_version) < $1 ORDER BY name FOR UPDATE
), gone AS (
	DELETE FROM nodes WHERE (SELECT MAX(version_id) FROM goose_db_version) < $1
)
UPDATE leases l SET node = '', token = l.token + 1, until = 0 FROM held WHERE l.name = held.name`

// replaced is why a node must not go on, or nil: the database was changed under it.
func (s *Store) replaced(ctx context.Context, node string) error {
	f, err := s.formOf()
	if err != nil {
		return err
	}
	var there bool
	if err := s.write.QueryRowContext(ctx, "SELECT (SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version), EXISTS (SELECT 1 FROM nodes WHERE id = $1)", node).Scan(&f.Have, &there); err != nil {
		return err
	}
	_, beaten := s.beaten.Load(node)
	if f.Have != f.Want || beaten && !there {
		return fmt.Errorf("store: %w (it has the form %d, this version works with %d). Start the version that fits again", errReplaced, f.Have, f.Want)
	}
	return nil
}

var errReplaced = errors.New("the database was migrated or restored while this server stood still")

// RenewLeases says that a node is there and renews what it holds. It returns what
// it holds still. When the database was migrated or restored under the node, it
// fails, and so does all writing from then on, as after a failed disk.
func (s *Store) RenewLeases(ctx context.Context, n desk.Node, held []desk.Lease, ttl time.Duration) (kept []desk.Lease, err error) {
	if err := s.replaced(ctx, n.ID); err != nil {
		if errors.Is(err, errReplaced) {
			s.committer.die(&breakage{fatal, err})
		}
		return nil, err
	}
	names, tokens := split(held)
	clock := s.dialect.clock()
	kept, err = list(ctx, direct{s.write}, scanLease, `WITH beat AS (
	INSERT INTO nodes (id, version, seen_at) VALUES ($1, $2, `+clock+`)
	ON CONFLICT (id) DO UPDATE SET version = excluded.version, seen_at = excluded.seen_at
), gone AS (
	DELETE FROM nodes WHERE seen_at < `+clock+` - $6 AND id <> $1
)
UPDATE leases l SET until = `+clock+` + $5 FROM unnest($3::text[], $4::bigint[]) AS h (name, token)
WHERE l.name = h.name AND l.token = h.token AND l.node = $1 RETURNING l.name, l.token`,
		n.ID, n.Version, names, tokens, ttl.Microseconds(), forgetNodes.Microseconds())
	if err == nil {
		s.beaten.Store(n.ID, true)
	}
	return kept, err
}

// TakeLeases takes at most so many of the named leases that are free or that an
// earlier process of the same node held. One that ends later than in ttl was made
// before the clock was set back, and is free: all nodes have to use one ttl. One in whose name something is being
// written just now is left for the next time.
func (s *Store) TakeLeases(ctx context.Context, node string, names []string, most int, ttl time.Duration) ([]desk.Lease, error) {
	clock := s.dialect.clock()
	on := direct{s.write}
	if _, err := on.exec(ctx, `INSERT INTO leases (name, node, token, until) SELECT n, '', 0, `+clock+` FROM unnest($1::text[]) n
WHERE NOT EXISTS (SELECT 1 FROM leases WHERE name = n) ON CONFLICT DO NOTHING`, names); err != nil {
		return nil, fmt.Errorf("store: new leases: %w", err)
	}
	return list(ctx, on, scanLease, `WITH free AS (
	SELECT name FROM leases WHERE name = ANY($2) AND (until <= `+clock+` OR until > `+clock+` + $4 OR node IN ('', $1)) ORDER BY name LIMIT $3 FOR UPDATE SKIP LOCKED
)
UPDATE leases l SET node = $1, token = l.token + 1, until = `+clock+` + $4 FROM free WHERE l.name = free.name RETURNING l.name, l.token`,
		node, names, most, ttl.Microseconds())
}

// ReleaseLeases gives leases back, so that another node may take them at once.
func (s *Store) ReleaseLeases(ctx context.Context, held []desk.Lease) error {
	names, tokens := split(held)
	_, err := direct{s.write}.exec(ctx, `UPDATE leases l SET node = '', until = `+s.dialect.clock()+` FROM unnest($1::text[], $2::bigint[]) AS h (name, token)
WHERE l.name = h.name AND l.token = h.token`, names, tokens)
	return err
}

// LeaveNodes says that a node is not there any more.
func (s *Store) LeaveNodes(ctx context.Context, node string) error {
	s.beaten.Delete(node)
	_, err := direct{s.write}.exec(ctx, "DELETE FROM nodes WHERE id = $1", node)
	return err
}

// Leases lists all leases with who holds them, by name.
func (s *Store) Leases(ctx context.Context) ([]desk.Tenure, error) {
	return list(ctx, direct{s.write}, func(r row) (t desk.Tenure, err error) {
		var left int64
		err = r.Scan(&t.Name, &t.Token, &t.Node, &left)
		t.Left = time.Duration(left) * time.Microsecond
		return t, err
	}, "SELECT name, token, node, until - "+s.dialect.clock()+" FROM leases ORDER BY name")
}

// Nodes lists the nodes that serve the database, by id: those that were heard of
// within a time, which is that of a lease, or still hold something. SQLite has
// none.
func (s *Store) Nodes(ctx context.Context, within time.Duration) ([]desk.Node, error) {
	if s.dialect == sqliteDB {
		return nil, nil
	}
	clock := s.dialect.clock()
	return list(ctx, direct{s.write}, func(r row) (n desk.Node, err error) {
		err = r.Scan(&n.ID, &n.Version, &n.Leases)
		return n, err
	}, `SELECT id, version, held FROM (
	SELECT id, version, seen_at, (SELECT COUNT(*) FROM leases l WHERE l.node = n.id AND l.until > `+clock+` AND l.until <= `+clock+` + $1) AS held FROM nodes n
) AS n WHERE held > 0 OR seen_at > `+clock+` - $1 AND seen_at <= `+clock+` + $1 ORDER BY id`, within.Microseconds())
}

// connectionOfChannel is the connection of a row that knows its channel.
const connectionOfChannel = "(SELECT c.connection_id FROM channels c WHERE c.id = channel_id)"

// only returns a condition that leaves what belongs to a share, by an expression
// of the connection, and the arguments with what it adds to them.
func only(of desk.Share, connection string, args ...any) (string, []any) {
	if of.All {
		return "", args
	}
	return fmt.Sprintf(" AND %s = ANY($%d)", connection, len(args)+1), append(args, of.Connections)
}
