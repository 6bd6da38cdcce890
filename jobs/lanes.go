package jobs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"parley/channel"
	"parley/desk"
)

// Limits of a phone number and of a pair of number and customer (Meta,
// "Messaging limits and throughput", 2026: 80 messages/s; 1 per 6 s to one
// person with 45 in a burst).
const (
	perSecond    = 80
	pairBurst    = 45
	pairInterval = 6 * time.Second

	inFlight    = 32               // sends of one channel under way at once
	withFiles   = 8                // sends with a file, beside them: it may have to be uploaded first, which takes minutes
	showing     = 8                // receipts, beside them
	duePerLook  = 100              // rows read at once
	sendTimeout = 30 * time.Second // then the outcome is unknown
	uploading   = 5 * time.Minute  // of one file
	stopGrace   = 7 * time.Second  // for answers when the process ends
)

// lanes sends what is queued, each channel on its own. Order within a
// conversation is kept by the store: only the head of a conversation is due.
type lanes struct {
	*Runner
	mu    sync.Mutex
	lanes map[desk.ID]*lane
	rests rests // by message
	group sync.WaitGroup
}

// lane is the traffic of one channel.
type lane struct {
	flying  map[desk.ID]bool // messages under way
	files   map[desk.ID]bool // messages with a file under way
	showing map[desk.ID]bool // receipts under way, by the customer's message
	bucket  *rate.Limiter
	pairs   map[desk.ID]*rate.Limiter // by conversation
	pause   time.Time                 // the provider asked for quiet until then
	slow    int                       // how often in a row it did
	still   still
}

func newLanes(r *Runner) *lanes {
	return &lanes{Runner: r, lanes: map[desk.ID]*lane{}, rests: rests{Runner: r, what: "message_id", giveUp: r.desk.GiveUp}}
}

func (l *lanes) of(ch desk.ID) *lane {
	x := l.lanes[ch]
	if x == nil {
		x = &lane{flying: map[desk.ID]bool{}, files: map[desk.ID]bool{}, showing: map[desk.ID]bool{}, bucket: rate.NewLimiter(perSecond, perSecond), pairs: map[desk.ID]*rate.Limiter{}}
		l.lanes[ch] = x
	}
	return x
}

// wait lets sends under way end.
func (l *lanes) wait() { l.group.Wait() }

// pass starts what is due in every lane.
func (l *lanes) pass(ctx context.Context) (time.Duration, bool, error) {
	book, err := l.addressBook(ctx)
	if err != nil {
		return 0, false, err
	}
	next := time.Duration(0)
	var errs []error // a channel whose lane cannot be read holds up no other
	for _, ch := range book.byID {
		c, ok := book.connections[ch.Connection]
		driver := l.drivers[ch.Kind]
		if !ch.RemovedAt.IsZero() {
			wait, err := l.clear(ctx, ch)
			errs = append(errs, err)
			next = sooner(next, wait)
			continue
		}
		if !ok || driver == nil {
			continue
		}
		work := l.start
		if c.State == "reconnect" || ch.State == "reconnect" {
			work = l.standStill
		}
		wait, err := work(ctx, driver, c, ch)
		errs = append(errs, err)
		next = sooner(next, wait)
	}
	return next, false, errors.Join(errs...)
}

// clear ends what is due in the lane of a channel that was removed: StartSend
// refuses it with the reason. It returns when there may be more.
func (l *lanes) clear(ctx context.Context, ch desk.Channel) (time.Duration, error) {
	now, store := l.desk.Now(), l.desk.Reader()
	messages, err := store.DueOutbound(ctx, ch.ID, now, 0, duePerLook)
	if err != nil {
		return 0, err
	}
	receipts, err := store.DueReceipts(ctx, ch.ID, now, 0, duePerLook)
	if err != nil {
		return 0, err
	}
	if len(messages)+len(receipts) == 0 {
		at, err := store.NextOutbound(ctx, ch.ID)
		if err != nil || at.IsZero() {
			return 0, err
		}
		return max(at.Sub(now), time.Millisecond), nil
	}
	var errs []error
	for _, o := range messages {
		_, err := l.desk.StartSend(ctx, o.Message)
		errs = append(errs, err)
	}
	for _, o := range receipts {
		_, _, err := l.desk.ReceiptFor(ctx, o.Message)
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return time.Second, err
	}
	return time.Millisecond, nil
}

// takeUp makes the sends that an earlier process left without an answer wait for
// their witness, which nobody could hear while no process was there. One that
// cannot be taken up does not hold up the start.
func (l *lanes) takeUp(ctx context.Context) error {
	open, err := l.desk.Reader().UnfinishedOutbound(ctx)
	for _, o := range open {
		l.rests.handled(ctx, o.Message, l.desk.RecoverSend(ctx, o.Message))
	}
	return err
}

// settleOpen looks after sends without an answer: those whose witness did not
// come in time, and those that say attempting while nobody here sends them. One
// that cannot be settled holds up no other.
func (l *lanes) settleOpen(ctx context.Context) (time.Duration, bool, error) {
	open, err := l.desk.Reader().UnfinishedOutbound(ctx)
	if err != nil {
		return 0, false, err
	}
	now := l.desk.Now()
	for _, o := range open {
		switch {
		case l.rests.left(o.Message, now) > 0:
		case o.State == desk.StatusUnknown && !o.NotBefore.After(now):
			l.rests.handled(ctx, o.Message, l.desk.ResolveUnknown(ctx, o.Message))
		case o.State == desk.StatusAttempting && !l.inFlight(o):
			l.rests.handled(ctx, o.Message, l.desk.RecoverSend(ctx, o.Message))
		}
	}
	return 0, false, nil
}

func (l *lanes) inFlight(o desk.Outbound) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	x := l.of(o.Channel)
	return x.flying[o.Message] || x.files[o.Message]
}

// start begins the due sends of one channel and returns when the next could
// begin, 0 when only a wake-up can tell. Receipts get what the messages leave of
// the channel's limit, and places of their own.
func (l *lanes) start(ctx context.Context, driver channel.Driver, c desk.Connection, ch desk.Channel) (time.Duration, error) {
	now := l.desk.Now()
	l.mu.Lock()
	x := l.of(ch.ID)
	x.still = still{}
	quiet := x.pause.Sub(now)
	l.mu.Unlock()
	if quiet > 0 {
		return quiet, nil
	}
	store := l.desk.Reader()
	begin := func(o desk.Outbound, process func(context.Context, channel.Driver, desk.Connection, desk.Channel, desk.Outbound) error) {
		l.group.Go(func() { l.land(ctx, x, o, process(ctx, driver, c, ch, o)) })
	}
	messages, err := l.messages(ctx, x, inFlight, withFiles, driver, c, ch, now)
	if err != nil || messages.spent {
		return messages.next, err
	}
	receipts, err := l.look(ctx, x, part{x.showing, showing, 0, func(after desk.ID) ([]desk.Outbound, error) {
		return store.DueReceipts(ctx, ch.ID, now, after, duePerLook)
	}}, now, func(o desk.Outbound) { begin(o, l.receipt) })
	if err != nil || messages.due || receipts.due {
		return sooner(messages.next, receipts.next), err
	}
	at, err := store.NextOutbound(ctx, ch.ID)
	if err != nil || at.IsZero() {
		return 0, err
	}
	return max(at.Sub(now), time.Millisecond), nil
}

// messages begins what is due, with at most so many under way, and so many with a
// file beside them.
func (l *lanes) messages(ctx context.Context, x *lane, most, files int, driver channel.Driver, c desk.Connection, ch desk.Channel, now time.Time) (found, error) {
	return l.look(ctx, x, part{x.flying, most, files, func(after desk.ID) ([]desk.Outbound, error) {
		return l.desk.Reader().DueOutbound(ctx, ch.ID, now, after, duePerLook)
	}}, now, func(o desk.Outbound) {
		l.group.Go(func() { l.land(ctx, x, o, l.message(ctx, driver, c, ch, o)) })
	})
}

// part is what a lane does of one sort: messages or receipts.
type part struct {
	under map[desk.ID]bool // under way
	most  int              // at once
	files int              // of messages with a file, in places of their own; 0: in those of all
	due   func(after desk.ID) ([]desk.Outbound, error)
}

// found is what a look at a part of a lane came upon.
type found struct {
	due   bool          // something is due
	spent bool          // the channel may send nothing more now
	next  time.Duration // until something that is due and has to wait may begin; 0: unknown
}

// look begins what is due, page by page: rows that have to wait, for their pair's
// limit or because they failed, take nobody's place.
func (l *lanes) look(ctx context.Context, x *lane, p part, now time.Time, begin func(desk.Outbound)) (f found, err error) {
	for after, more := desk.ID(0), true; more && ctx.Err() == nil; {
		page, err := p.due(after)
		if err != nil || len(page) == 0 {
			return f, err
		}
		f.due, after = true, page[len(page)-1].Message
		more = l.take(x, p, page, now, &f, begin) && len(page) == duePerLook
	}
	return f, nil
}

// take begins what may begin of a page and reports whether there may be room for
// more.
func (l *lanes) take(x *lane, p part, page []desk.Outbound, now time.Time, f *found, begin func(desk.Outbound)) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, o := range page {
		if len(p.under) >= p.most {
			return false // one that lands makes room and pokes
		}
		under := p.under
		if p.files > 0 && o.File {
			under = x.files
		}
		if p.under[o.Message] || under[o.Message] || p.files > 0 && o.File && len(under) >= p.files {
			continue
		}
		wait := l.rests.left(o.Message, now)
		if wait == 0 {
			wait = x.reserve(o, now)
			f.spent = wait > 0 && x.bucket.TokensAt(now) < 1
		}
		if wait > 0 {
			f.next = sooner(f.next, wait)
			if f.spent {
				return false
			}
			continue
		}
		under[o.Message] = true
		begin(o)
	}
	return true
}

// sooner is the shorter of two waits; 0 stands for one that nobody knows.
func sooner(a, b time.Duration) time.Duration {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// reserve takes a place in the channel's and the pair's bucket, or takes none and
// says how long to wait for both.
func (x *lane) reserve(o desk.Outbound, now time.Time) time.Duration {
	places := []*rate.Reservation{x.bucket.ReserveN(now, 1)}
	if o.Receipt == "" {
		p := x.pairs[o.Conversation]
		if p == nil {
			x.forgetIdle(now)
			p = rate.NewLimiter(rate.Every(pairInterval), pairBurst)
			x.pairs[o.Conversation] = p
		}
		places = append(places, p.ReserveN(now, 1))
	}
	var wait time.Duration
	for _, r := range places {
		wait = max(wait, r.DelayFrom(now))
	}
	if wait > 0 {
		for _, r := range places {
			r.CancelAt(now)
		}
	}
	return wait
}

// forgetIdle drops the buckets that are full again, so that the map stays as
// small as the recent traffic.
func (x *lane) forgetIdle(now time.Time) {
	if len(x.pairs) < 1000 {
		return
	}
	for id, p := range x.pairs {
		if p.TokensAt(now) >= pairBurst {
			delete(x.pairs, id)
		}
	}
}

// land makes room. When the database takes nothing, the channel is quiet for a
// second, so that it is not hammered. Only a row's first failure says so: one
// that keeps losing while others get through must not hold them up.
func (l *lanes) land(ctx context.Context, x *lane, o desk.Outbound, err error) {
	tries := l.rests.handled(ctx, o.Message, err)
	l.mu.Lock()
	defer l.mu.Unlock()
	if o.Receipt == "" {
		delete(x.flying, o.Message)
		delete(x.files, o.Message)
	} else {
		delete(x.showing, o.Message)
	}
	if tries == 1 && unavailable(err) {
		x.pause = l.desk.Now().Add(time.Second)
	}
	poke(l.poked[loopLanes])
}

// message takes one message as far as it goes now.
func (l *lanes) message(ctx context.Context, driver channel.Driver, c desk.Connection, ch desk.Channel, o desk.Outbound) error {
	s, err := l.desk.StartSend(ctx, o.Message)
	if err != nil || s == nil {
		return err
	}
	if s.Upload != nil {
		if done, err := l.upload(ctx, driver, c, ch, s); err != nil || !done {
			return err
		}
		if s, err = l.desk.StartSend(ctx, o.Message); err != nil || s == nil {
			return err
		}
		if s.Upload != nil {
			return l.desk.UploadFailed(ctx, o.Message, &desk.SendError{Kind: desk.Temporary, Code: "upload_expired", Text: "The provider did not keep the file long enough to send it. It is uploaded again."})
		}
	}
	return l.send(ctx, driver, c, ch, s)
}

// receipt tries once to show a small sign to the customer.
func (l *lanes) receipt(ctx context.Context, driver channel.Driver, c desk.Connection, ch desk.Channel, o desk.Outbound) error {
	external, receipt, err := l.desk.ReceiptFor(ctx, o.Message)
	if err != nil || external == "" {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	if err := calling(func() error { return driver.MarkRead(ctx, c, ch, external, receipt == desk.ReceiptTyping) }); err != nil {
		l.log.Info("a read receipt was not taken", "channel_id", ch.ID, "code", codeOf(err))
	}
	return nil
}

// send lets the bytes leave and writes down the answer, also when the process is
// about to end meanwhile.
func (l *lanes) send(ctx context.Context, driver channel.Driver, c desk.Connection, ch desk.Channel, s *desk.Send) error {
	sending, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(stopGrace, cancel) })()
	var receipt channel.Receipt
	err := calling(func() (err error) {
		receipt, err = driver.Send(sending, c, ch, s.Outgoing)
		return err
	})
	out := desk.Sent{Attempt: s.Attempt, ExternalID: receipt.ExternalID, Request: receipt.Request, Response: receipt.Response}
	if err != nil {
		out.Err = asSendError(err)
		l.log.Info("a message was not taken", "message_id", s.Message.ID, "channel_id", ch.ID, "kind", out.Err.Kind, "code", out.Err.Code)
	}
	l.heed(ctx, c, ch, out.Err)
	return l.desk.FinishSend(context.WithoutCancel(ctx), out)
}

// upload gives the provider the message's file and reports whether it has it.
func (l *lanes) upload(ctx context.Context, driver channel.Driver, c desk.Connection, ch desk.Channel, s *desk.Send) (done bool, err error) {
	f := *s.Upload
	body, err := l.files.Open(ctx, f.Workspace, f.Hash)
	if errors.Is(err, fs.ErrNotExist) {
		return false, l.desk.UploadFailed(ctx, s.Message.ID, &desk.SendError{Kind: desk.Permanent, Code: "file_missing", Text: "The file is not on the server any more. Attach it again."})
	}
	if err != nil {
		return false, l.desk.UploadFailed(ctx, s.Message.ID, &desk.SendError{Kind: desk.Temporary, Code: "file_unreadable", Text: "The file cannot be read on the server just now. It is tried again.", Detail: err.Error()})
	}
	defer body.Close()
	limited, cancel := context.WithTimeout(ctx, uploading)
	defer cancel()
	var up channel.Uploaded
	if err := calling(func() (err error) {
		up, err = driver.Upload(limited, c, ch, desk.Upload{Name: f.Name, MIME: f.MIME, Size: f.Size, Body: body})
		return err
	}); err != nil {
		se := asSendError(err)
		l.heed(ctx, c, ch, se)
		return false, l.desk.UploadFailed(context.WithoutCancel(ctx), s.Message.ID, se)
	}
	return true, l.desk.FileUploaded(ctx, f.ID, up.ProviderID, up.ExpiresAt)
}

// heed draws conclusions for the whole channel: quiet when the provider asks for
// it, a stop when the channel or its connection needs an admin, and an end of that
// when something got through.
func (l *lanes) heed(ctx context.Context, c desk.Connection, ch desk.Channel, why *desk.SendError) {
	l.mu.Lock()
	x := l.of(ch.ID)
	switch {
	case why == nil:
		x.slow = 0
	case why.Kind == desk.RateLimited && !why.Pair:
		x.slow = min(x.slow+1, 6)
		x.pause = l.desk.Now().Add(max(why.RetryAfter, time.Second<<(x.slow-1)))
	}
	l.mu.Unlock()
	ctx = context.WithoutCancel(ctx)
	var err error
	switch {
	case why == nil:
		err = l.desk.Works(ctx, c, ch)
	case why.Kind == desk.Reconnect && why.Channel:
		err = l.desk.ChannelState(ctx, c, ch, "reconnect", why.Text)
	case why.Kind == desk.Reconnect:
		err = l.desk.ConnectionState(ctx, c, "reconnect", why.Text)
	}
	if err != nil {
		l.log.Error("the state of a connection could not be noted", "connection_id", c.ID, "channel_id", ch.ID, "error", err)
	}
}

// calling runs a driver's call. A panic is the failure of this one call: it must
// not end the process, which would find the same row again at its next start.
func calling(call func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the call panicked: %v", v)
		}
	}()
	return call()
}

func asSendError(err error) *desk.SendError {
	var se *desk.SendError
	if errors.As(err, &se) {
		return se
	}
	return &desk.SendError{Kind: desk.Ambiguous, Code: "internal", Text: "Something went wrong while sending; whether the message arrived is being checked.", Detail: err.Error()}
}

func codeOf(err error) string { return asSendError(err).Code }
