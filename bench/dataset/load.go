package dataset

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"parley/desk"
	"parley/store"
)

// Config of Make.
type Config struct {
	Dir    string // the data folder
	URL    string // postgres://…; empty: SQLite in the folder
	Secret []byte // what the store encrypts with
	Size   Size
	Seed   uint64
	Now    func() time.Time
	Base   time.Time      // when the data end; zero: when they are begun
	Tell   func(Progress) // called every now and then; nil: nobody listens

	batch int // messages in one transaction; 0: as many as is quick
}

// Progress of one stage.
type Progress struct {
	Stage     string
	Done, Of  int
	PerSecond float64
	Left      time.Duration // of the stage, at its rate
}

// Data are the data of a database that Make made.
type Data struct {
	Size      Size
	Seed      uint64
	Base      time.Time
	Workspace desk.ID
	Channels  []desk.ID
	Teams     [][]desk.ID   // the agents of each channel
	Spent     time.Duration // on making them
	Made      bool          // by this call

	script *script // without times
}

// Make makes the data, goes on making them where an earlier call was
// interrupted, or finds them made. It refuses a database that holds anything
// else.
func Make(ctx context.Context, cfg Config) (*Data, error) {
	m, err := begin(ctx, cfg)
	if err != nil {
		return nil, err
	}
	made, words := m.Stage != stageDone, tongues(m.Seed)
	if made {
		if err := load(ctx, cfg, &m, words); err != nil {
			return nil, err
		}
	}
	return &Data{
		Size: cfg.Size, Seed: m.Seed, Base: m.Base, Workspace: m.Place.Workspace, Channels: m.Place.Channels, Teams: m.Place.Teams, Spent: m.Spent, Made: made,
		script: &script{size: cfg.Size, seed: m.Seed, base: m.Base, tongues: words, firstID: m.FirstID, place: m.Place},
	}, nil
}

// begin opens the database and makes the people in it.
func begin(ctx context.Context, cfg Config) (m mark, err error) {
	st, err := store.Open(ctx, store.Config{Dir: cfg.Dir, URL: cfg.URL, Secret: cfg.Secret, Now: cfg.Now})
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := st.Own(ctx); err != nil {
		return m, err
	}
	if err := st.Migrate(ctx); err != nil {
		return m, err
	}
	sink, err := open(ctx, cfg)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, sink.close()) }()
	text, err := sink.mark(ctx)
	if err != nil {
		return m, err
	}
	if m, err = parseMark(text); err != nil {
		return m, err
	}
	if text == "" {
		all, err := st.Workspaces(ctx)
		if err != nil {
			return m, err
		}
		if len(all) > 0 {
			return m, errors.New("this database holds data that no benchmark made; choose another folder with --data, or another database")
		}
		base := cfg.Base
		if base.IsZero() {
			base = cfg.Now()
		}
		m = mark{Version: version, Size: cfg.Size.Name, Seed: cfg.Seed, Base: base.UTC().Truncate(time.Second), Began: cfg.Now().UTC(), Stage: stagePeople}
		if err := sink.batch(ctx, func() error { return sink.exec(ctx, setMark(m)) }); err != nil {
			return m, err
		}
	}
	if m.Size != cfg.Size.Name {
		return m, fmt.Errorf("the data here are of size %s, not %s; choose another folder with --data, or another database", m.Size, cfg.Size.Name)
	}
	if m.Stage != stagePeople {
		return m, nil
	}
	if m.Place, err = people(ctx, st, m.Base.Add(-span)); err != nil {
		return m, err
	}
	next, err := sink.nextID(ctx)
	if err != nil {
		return m, err
	}
	m.Stage, m.FirstID = stageThreads, next
	return m, sink.batch(ctx, func() error { return sink.exec(ctx, setMark(m)) })
}

// sink writes rows in bulk into one of the databases.
type sink interface {
	mark(ctx context.Context) (string, error)
	nextID(ctx context.Context) (desk.ID, error)

	// relax makes writing in bulk quick and returns what undoes it.
	relax(ctx context.Context) (restore []string, err error)

	// batch runs write in one transaction.
	batch(ctx context.Context, write func() error) error

	// add writes a row; it is called from batch only.
	add(t table, values ...any) error

	// exec runs a statement; it is called from batch only.
	exec(ctx context.Context, text string) error

	// settle puts the database to rest after all was written.
	settle(ctx context.Context) error
	close() error
}

func open(ctx context.Context, cfg Config) (sink, error) {
	if cfg.URL != "" {
		return openPostgres(ctx, cfg.URL)
	}
	return openSQLite(ctx, cfg.Dir)
}

// table is where rows go, with the columns that differ from row to row and the
// values of the others.
type table struct {
	name    string
	columns string
	fixed   string // "column = value, …" in SQL
}

// loader works through the stages.
type loader struct {
	cfg    Config
	sink   sink
	script *script
	mark   *mark
	began  time.Time // this run
	spent  time.Duration
	told   time.Time
}

const (
	threadsPerBatch  = 5_000
	messagesPerBatch = 20_000
)

func load(ctx context.Context, cfg Config, m *mark, words []*tongue) (err error) {
	l := &loader{cfg: cfg, mark: m, began: cfg.Now(), spent: m.Spent}
	l.script = newScript(cfg.Size, m.Seed, m.Base, m.FirstID, m.Place, words)
	if l.sink, err = open(ctx, cfg); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.sink.close()) }()
	// Also in a later run: the restored ones are gone from the list by then.
	drop, err := l.sink.relax(ctx)
	if err != nil {
		return err
	}
	if m.Stage == stageThreads && m.Done == 0 && len(m.Restore) == 0 {
		if err := l.save(ctx, func() error {
			m.Restore = drop
			return l.drop(ctx)
		}); err != nil {
			return err
		}
	}
	for m.Stage != stageDone {
		stage := map[string]func(context.Context) error{
			stageThreads: l.conversations, stageMessages: l.messages, stageKeys: l.keys, stageIndexes: l.indexes, stageNumbers: l.numbers,
		}[m.Stage]
		if err := stage(ctx); err != nil {
			return fmt.Errorf("making the data, stage %s: %w", m.Stage, err)
		}
	}
	return l.sink.settle(ctx)
}

// save runs a transaction that also stores the mark as fn leaves it.
func (l *loader) save(ctx context.Context, fn func() error) error {
	was := *l.mark
	if err := l.sink.batch(ctx, func() error {
		if err := fn(); err != nil {
			return err
		}
		l.mark.Spent = l.spent + l.cfg.Now().Sub(l.began)
		return l.sink.exec(ctx, setMark(*l.mark))
	}); err != nil {
		*l.mark = was
		return err
	}
	return nil
}

func setMark(m mark) string {
	return "INSERT INTO " + markTable + " (id, state) VALUES (1, " + quoted(m.String()) + ") ON CONFLICT (id) DO UPDATE SET state = excluded.state"
}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func (l *loader) next(stage string) { l.mark.Stage, l.mark.Done = stage, 0 }

// tell reports at most once a second.
func (l *loader) tell(began time.Time, from, of int) {
	now := l.cfg.Now()
	done := l.mark.Done
	if l.cfg.Tell == nil || now.Sub(l.told) < time.Second && done < of {
		return
	}
	l.told = now
	p := Progress{Stage: l.mark.Stage, Done: done, Of: of}
	if s := now.Sub(began).Seconds(); s > 0 && done > from {
		p.PerSecond = float64(done-from) / s
		p.Left = time.Duration(float64(of-done) / p.PerSecond * float64(time.Second))
	}
	l.cfg.Tell(p)
}

// drop takes away what Restore makes again.
func (l *loader) drop(ctx context.Context) error {
	for _, r := range l.mark.Restore {
		text, ok := undo(r)
		if !ok {
			return fmt.Errorf("no statement undoes %q", r)
		}
		if err := l.sink.exec(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// undo is the statement that takes away what another makes.
func undo(text string) (string, bool) {
	words := strings.Fields(text)
	switch {
	case len(words) > 2 && words[1] == "INDEX":
		return "DROP INDEX " + words[2], true
	case len(words) > 3 && words[1] == "UNIQUE":
		return "DROP INDEX " + words[3], true
	case len(words) > 6 && words[0] == "ALTER":
		return "ALTER TABLE " + words[2] + " DROP CONSTRAINT " + words[5], true
	}
	return "", false
}

func (l *loader) conversations(ctx context.Context) error {
	s, of := l.script, l.cfg.Size.Conversations
	began, from := l.cfg.Now(), l.mark.Done
	for l.mark.Done < of {
		upto := min(of, l.mark.Done+threadsPerBatch)
		if err := l.save(ctx, func() error {
			for c := l.mark.Done; c < upto; c++ {
				if err := l.conversation(s, c); err != nil {
					return err
				}
			}
			l.mark.Done = upto
			return nil
		}); err != nil {
			return err
		}
		l.tell(began, from, of)
	}
	return l.save(ctx, func() error { l.next(stageMessages); return nil })
}

func (l *loader) conversation(s *script, c int) error {
	if contactOf(c) == c {
		p := s.person(c)
		at := us(p.CreatedAt)
		if err := l.sink.add(contacts, int64(p.ID), int64(p.Workspace), p.Name, p.Profile, p.Note, at); err != nil {
			return err
		}
		for _, i := range []desk.Identity{p.phone, p.userID} {
			if err := l.sink.add(identities, int64(i.ID), int64(i.Workspace), int64(i.Contact), string(i.Kind), i.Scope, i.Value, at); err != nil {
				return err
			}
		}
		if err := l.sink.add(contactIndex, int64(p.ID), s.contactWords(c, p)); err != nil {
			return err
		}
	}
	v := s.conversation(c)
	o := v.LastOut
	if err := l.sink.add(conversations, int64(v.ID), int64(v.Workspace), v.Number, int64(v.Channel), int64(v.Contact), string(v.State), int64(v.Assignee), int64(v.Operator),
		v.Waiting, us(v.WaitingSince), v.InboundTotal, v.ReadTotal, us(v.OpenerAt), us(v.SnoozedUntil),
		int64(v.Last.ID), us(v.Last.Order.At), int64(v.Last.Order.Hook), string(v.Last.Direction), string(v.Last.Type), string(v.Last.Status), v.Last.Preview,
		int64(o.ID), us(o.Order.At), int64(o.Order.Hook), string(o.Type), string(o.Status), o.Preview,
		us(v.LastIn), int64(v.LastInID), us(v.CreatedAt), us(v.ClosedAt), v.Attention()); err != nil {
		return err
	}
	if v.State == desk.Snoozed {
		return l.sink.add(deadlines, string(desk.DeadlineSnooze), "conversation", int64(v.ID), int64(v.Workspace), us(v.SnoozedUntil))
	}
	return nil
}

// contactWords are what a contact is found by: its names, its note, each end of
// its number, and its channels.
func (s *script) contactWords(c int, p person) string {
	words := strings.Fields(fold(p.Name + " " + p.Profile + " " + p.Note))
	digits := p.phone.Value[1:]
	for i := 0; i+3 <= len(digits); i++ {
		words = append(words, digits[i:])
	}
	words = append(words, "_w"+p.Workspace.String(), "_c"+s.place.Channels[s.channelOf(c)].String())
	if c%20 == 18 && c+1 < s.size.Conversations {
		words = append(words, "_c"+s.place.Channels[s.channelOf(c+1)].String())
	}
	slices.Sort(words)
	return strings.Join(slices.Compact(words), " ")
}

// messages writes batches; the next is made up while one is written.
func (l *loader) messages(ctx context.Context) error {
	of := l.cfg.Size.Messages
	began, from := l.cfg.Now(), l.mark.Done
	size := cmp.Or(l.cfg.batch, messagesPerBatch)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	batches := make(chan []line, 1)
	go l.invent(ctx, from, size, batches)
	for batch := range batches {
		if err := l.save(ctx, func() error {
			for i := range batch {
				if err := l.message(&batch[i]); err != nil {
					return err
				}
			}
			l.mark.Done += len(batch)
			return nil
		}); err != nil {
			return err
		}
		l.tell(began, from, of)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return l.save(ctx, func() error { l.next(stageKeys); return nil })
}

// invent makes up the messages from number from on, in batches of a size.
func (l *loader) invent(ctx context.Context, from, size int, batches chan<- []line) {
	defer close(batches)
	s := l.script
	threads := make([]thread, s.size.Conversations)
	var batch []line
	for k := range s.order {
		before := -1
		if t := threads[s.conversationOf(k)]; t.messages > 0 {
			before = int(t.last)
		}
		c, j := s.advance(threads, k)
		if k < from {
			continue
		}
		batch = append(batch, s.line(k, c, j, before))
		if len(batch) == size || k == len(s.order)-1 {
			select {
			case batches <- batch:
			case <-ctx.Done():
				return
			}
			batch = make([]line, 0, size)
		}
	}
}

func (l *loader) message(m *line) error {
	content := "{}"
	if m.file.ID != 0 {
		b, err := json.Marshal(m.Content)
		if err != nil {
			return err
		}
		content = string(b)
		f := m.file
		if err := l.sink.add(files, int64(f.ID), int64(f.Workspace), int64(f.Channel), int64(f.Conversation), int64(f.Message),
			string(f.State), f.Reason, f.MIME, f.Size, us(f.CreatedAt)); err != nil {
			return err
		}
	}
	if err := l.sink.add(messages, int64(m.ID), int64(m.Workspace), int64(m.Conversation), int64(m.Channel), int64(m.Contact), int64(m.Identity),
		string(m.Direction), string(m.Author.Kind), int64(m.Author.ID), string(m.Type), m.Text, content, m.ExternalID, m.ClientID,
		int64(m.ReplyTo), m.ReplyToExt, string(m.Status), m.ErrorCode, m.ErrorText, m.ReactionIn.Emoji, us(m.ReactionIn.At),
		us(m.ProviderAt), us(m.CreatedAt), us(m.Order.At), int64(m.Order.Hook)); err != nil {
		return err
	}
	if m.words != "" {
		if err := l.sink.add(messageIndex, int64(m.ID), m.words); err != nil {
			return err
		}
	}
	if a := m.attempt; a.ID != 0 {
		if err := l.sink.add(attempts, int64(a.ID), int64(a.Message), a.Ref, us(a.At), us(a.DoneAt), a.Outcome, a.ExternalID); err != nil {
			return err
		}
	}
	for _, n := range m.notes {
		if err := l.sink.add(statusNotes, int64(n.Message), us(n.At), string(n.Status), n.Code, int64(n.Hook)); err != nil {
			return err
		}
	}
	return nil
}

// keys fills the tables of unique ids in their own order: one by one, at random
// places, it would take many times as long.
func (l *loader) keys(ctx context.Context) error {
	began := l.cfg.Now()
	for i, text := range []string{
		"INSERT INTO message_keys (channel_id, external_id, message_id) SELECT channel_id, external_id, id FROM messages WHERE external_id <> '' ORDER BY channel_id, external_id",
		"INSERT INTO client_ids (workspace_id, client_id, message_id) SELECT workspace_id, client_id, id FROM messages WHERE client_id <> '' ORDER BY workspace_id, client_id",
	} {
		if l.mark.Done > i {
			continue
		}
		if err := l.save(ctx, func() error {
			l.mark.Done++
			return l.sink.exec(ctx, text)
		}); err != nil {
			return err
		}
		l.tell(began, 0, 2)
	}
	return l.save(ctx, func() error { l.next(stageIndexes); return nil })
}

func (l *loader) indexes(ctx context.Context) error {
	began, of := l.cfg.Now(), l.mark.Done+len(l.mark.Restore)
	for len(l.mark.Restore) > 0 {
		if err := l.save(ctx, func() error {
			text := l.mark.Restore[0]
			l.mark.Restore, l.mark.Done = l.mark.Restore[1:], l.mark.Done+1
			return l.sink.exec(ctx, text)
		}); err != nil {
			return err
		}
		l.tell(began, 0, of)
	}
	return l.save(ctx, func() error { l.next(stageNumbers); return nil })
}

// numbers writes what the store keeps instead of counting.
func (l *loader) numbers(ctx context.Context) error {
	counted := map[desk.Counter]int64{}
	for c := range l.cfg.Size.Conversations {
		for _, k := range l.script.conversation(c).Counters() {
			counted[k]++
		}
	}
	keys := slices.SortedFunc(maps.Keys(counted), func(a, b desk.Counter) int {
		return cmp.Or(cmp.Compare(a.Member, b.Member), cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Kind, b.Kind))
	})
	return l.save(ctx, func() error {
		for _, k := range keys {
			if err := l.sink.add(counters, int64(l.mark.Place.Workspace), int64(k.Member), int64(k.Channel), string(k.Kind), counted[k]); err != nil {
				return err
			}
		}
		l.next(stageDone)
		if err := l.sink.exec(ctx, fmt.Sprintf("UPDATE workspaces SET last_number = %d WHERE id = %d", l.cfg.Size.Conversations, l.mark.Place.Workspace)); err != nil {
			return err
		}
		return l.sink.exec(ctx, fmt.Sprintf("UPDATE ids SET next = %d WHERE name = 'row'", l.script.endID()))
	})
}

// us is a time as the store keeps it.
func us(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}
