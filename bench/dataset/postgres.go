package dataset

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"parley/desk"
)

// postgresSink collects the rows of a batch by table and copies them in.
type postgresSink struct {
	conn  *pgx.Conn
	rows  map[string]*copied
	order []*copied // tables in the order in which they first had a row
}

type copied struct {
	table string       // with its columns
	alike string       // the end of each row
	text  bytes.Buffer // in COPY's text form
}

func openPostgres(ctx context.Context, url string) (sink, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	s := &postgresSink{conn: conn, rows: map[string]*copied{}}
	for _, text := range []string{markRow, "SET synchronous_commit = off", "SET maintenance_work_mem = '512MB'", "SET work_mem = '256MB'"} {
		if err := s.exec(ctx, text); err != nil {
			return nil, errors.Join(err, s.close())
		}
	}
	return s, nil
}

func (s *postgresSink) mark(ctx context.Context) (text string, err error) {
	err = s.conn.QueryRow(ctx, "SELECT state FROM "+markTable+" WHERE id = 1").Scan(&text)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return text, err
}

func (s *postgresSink) nextID(ctx context.Context) (id desk.ID, err error) {
	err = s.conn.QueryRow(ctx, "SELECT next FROM ids WHERE name = 'row'").Scan(&id)
	return id, err
}

// relax lists the foreign keys, unique keys and indexes that are quicker made
// after than during. A primary key stays: its rows come in order.
func (s *postgresSink) relax(ctx context.Context) ([]string, error) {
	const tables = "('contacts', 'contact_index', 'identities', 'conversations', 'messages', 'message_index', 'attempts')"
	rows, err := s.conn.Query(ctx, `SELECT text FROM (
	SELECT 2 AS turn, format('ALTER TABLE %s ADD CONSTRAINT %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS text
	FROM pg_constraint WHERE contype IN ('f', 'u') AND conrelid::regclass::text IN `+tables+`
	UNION ALL
	SELECT 1, pg_get_indexdef(i.indexrelid) FROM pg_index i
	WHERE i.indrelid::regclass::text IN `+tables+` AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.conrelid = i.indrelid)
) AS made ORDER BY turn, text`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

func (s *postgresSink) batch(ctx context.Context, write func() error) error {
	if err := s.exec(ctx, "BEGIN"); err != nil {
		return err
	}
	err := write()
	if err == nil {
		err = s.flush(ctx)
	}
	if err != nil {
		s.rows, s.order = map[string]*copied{}, nil
		return errors.Join(err, s.exec(context.WithoutCancel(ctx), "ROLLBACK"))
	}
	return s.exec(ctx, "COMMIT")
}

func (s *postgresSink) flush(ctx context.Context) error {
	for _, c := range s.order {
		if c.text.Len() == 0 {
			continue
		}
		if _, err := s.conn.PgConn().CopyFrom(ctx, &c.text, "COPY "+c.table+" FROM STDIN"); err != nil {
			return fmt.Errorf("%s: %w", c.table, err)
		}
		c.text.Reset()
	}
	return nil
}

func (s *postgresSink) add(t table, values ...any) error {
	c := s.rows[t.name]
	if c == nil {
		c = newCopied(t)
		s.rows[t.name] = c
		s.order = append(s.order, c)
	}
	for i, v := range values {
		if i > 0 {
			c.text.WriteByte('\t')
		}
		switch v := v.(type) {
		case int64:
			c.text.Write(strconv.AppendInt(c.text.AvailableBuffer(), v, 10))
		case bool:
			c.text.Write(strconv.AppendBool(c.text.AvailableBuffer(), v))
		case string:
			escape(&c.text, v)
		default:
			return fmt.Errorf("%s: a value of type %T", t.name, v)
		}
	}
	c.text.WriteString(c.alike)
	return nil
}

func newCopied(t table) *copied {
	var tail bytes.Buffer
	columns := t.columns
	for _, f := range t.constants() {
		columns += ", " + f.column
		tail.WriteByte('\t')
		escape(&tail, f.plain())
	}
	tail.WriteByte('\n')
	return &copied{table: t.name + " (" + columns + ")", alike: tail.String()}
}

// escape writes text as COPY reads it.
func escape(b *bytes.Buffer, text string) {
	for i := range len(text) {
		switch c := text[i]; c {
		case '\\', '\t', '\n', '\r':
			b.WriteByte('\\')
			b.WriteByte(map[byte]byte{'\\': '\\', '\t': 't', '\n': 'n', '\r': 'r'}[c])
		default:
			b.WriteByte(c)
		}
	}
}

func (s *postgresSink) exec(ctx context.Context, text string) error {
	_, err := s.conn.Exec(ctx, text)
	return err
}

// settle lets the database learn how the data lie, which its plans depend on.
func (s *postgresSink) settle(ctx context.Context) error {
	if err := s.exec(ctx, "VACUUM (ANALYZE)"); err != nil {
		return err
	}
	return s.exec(ctx, "CHECKPOINT")
}

func (s *postgresSink) close() error { return s.conn.Close(context.Background()) }
