package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/rueidis"
)

// redisLine publishes and is subscribed on one connection, which needs RESP3:
// Redis 6 or Valkey.
type redisLine struct {
	option  rueidis.ClientOption
	channel string
}

func newRedisLine(address, channel string) (*redisLine, error) {
	o, err := rueidis.ParseURL(address)
	if err != nil { // which quotes the address with its password
		return nil, errors.New("the Redis address cannot be read; it looks like redis://user:password@host:6379/0, or rediss:// with TLS")
	}
	o.ClientName = "parley-bus"
	o.ForceSingleClient, o.DisableCache, o.DisableRetry, o.AlwaysRESP2 = true, true, true, false
	o.RingScaleEachConn, o.PipelineMultiplex, o.BlockingPoolSize = 7, -1, 2
	o.Dialer.Timeout, o.ConnWriteTimeout = answerWithin, answerWithin
	return &redisLine{o, channel}, nil
}

func (l *redisLine) serve(ctx context.Context, o *outbox, ready func(), heard func(string)) error {
	client, err := rueidis.NewClient(l.option)
	if err != nil {
		return fmt.Errorf("the Redis server does not answer: %w", err)
	}
	defer client.Close()
	conn, release := client.Dedicate()
	defer release()
	subscribed := make(chan struct{}, 1)
	broken := conn.SetPubSubHooks(rueidis.PubSubHooks{
		OnMessage:      func(m rueidis.PubSubMessage) { heard(m.Message) },
		OnSubscription: func(rueidis.PubSubSubscription) { signal(subscribed) },
	})
	if err := l.do(ctx, conn, conn.B().Subscribe().Channel(l.channel).Build()); err != nil {
		return err
	}
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-broken:
			if err == nil {
				err = errors.New("the connection ended")
			}
			return err
		case <-subscribed:
			ready()
		case <-o.filled:
			var all []rueidis.Completed
			for _, n := range o.take() {
				all = append(all, conn.B().Publish().Channel(l.channel).Message(n).Build())
			}
			if err := l.do(ctx, conn, all...); err != nil {
				return err
			}
			o.sent()
		case <-ping.C:
			if err := l.do(ctx, conn, conn.B().Ping().Build()); err != nil {
				return err
			}
		}
	}
}

func (l *redisLine) do(ctx context.Context, conn rueidis.DedicatedClient, commands ...rueidis.Completed) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	for _, r := range conn.DoMulti(ctx, commands...) {
		if err := r.Error(); err != nil {
			return err
		}
	}
	return nil
}
