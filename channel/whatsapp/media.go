package whatsapp

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"

	"parley/channel"
	"parley/channel/meta"
	"parley/desk"
)

// uploadLife is how long Meta keeps an uploaded file (Meta, "Media": 30 days).
const uploadLife = 30 * 24 * time.Hour

// Upload implements channel.Driver. It streams: the file is read once, as fast
// as it leaves.
func (d *Driver) Upload(ctx context.Context, c desk.Connection, ch desk.Channel, u desk.Upload) (channel.Uploaded, error) {
	e, failure := endpointOf(c)
	if failure != nil {
		return channel.Uploaded{}, failure
	}
	path, failure := e.number(ch, "/media")
	if failure != nil {
		return channel.Uploaded{}, failure
	}
	form, contentType, length, err := uploadForm(u)
	if err != nil {
		return channel.Uploaded{}, fmt.Errorf("write upload form: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.base.String()+path, form)
	if err != nil {
		return channel.Uploaded{}, reconnect("api_base_url", "The connection's API address cannot be used. An admin needs to correct it.")
	}
	req.ContentLength = length
	req.Header.Set("Content-Type", contentType)
	e.authorize(req)
	answer, failure := d.do(e, req)
	if failure != nil {
		return channel.Uploaded{}, harmless(failure)
	}
	var stored struct{ ID meta.Scalar }
	if json.Unmarshal(answer.Body, &stored) != nil || stored.ID == "" {
		return channel.Uploaded{}, &desk.SendError{
			Kind: desk.Temporary, Code: "answer", Text: textBusy, Detail: e.detail(string(answer.Body)),
		}
	}
	return channel.Uploaded{ProviderID: string(stored.ID), ExpiresAt: desk.Instant(d.now().Add(uploadLife))}, nil
}

// uploadForm puts the file between the head and the end of a form whose length
// is known, as long as the file's is.
func uploadForm(u desk.Upload) (body io.Reader, contentType string, length int64, err error) {
	mimeType := mediaType(u.MIME, u.Name)
	var buf bytes.Buffer
	form := multipart.NewWriter(&buf)
	partHeader := textproto.MIMEHeader{}
	partHeader.Set("Content-Disposition", multipart.FileContentDisposition("file", cmp.Or(u.Name, "file")))
	partHeader.Set("Content-Type", mimeType)
	if err := form.WriteField("messaging_product", "whatsapp"); err != nil {
		return nil, "", 0, err
	}
	if err := form.WriteField("type", mimeType); err != nil {
		return nil, "", 0, err
	}
	if _, err := form.CreatePart(partHeader); err != nil {
		return nil, "", 0, err
	}
	head := bytes.Clone(buf.Bytes())
	buf.Reset()
	if err := form.Close(); err != nil {
		return nil, "", 0, err
	}
	length = -1
	if u.Size > 0 {
		length = int64(len(head)) + u.Size + int64(buf.Len())
	}
	return io.MultiReader(bytes.NewReader(head), u.Body, &buf), form.FormDataContentType(), length, nil
}

// Fetch implements channel.Driver. The id leads to an address that lives five
// minutes; the one that came with the hook is the way when there is no id, or
// when the id leads nowhere.
func (d *Driver) Fetch(ctx context.Context, c desk.Connection, ch desk.Channel, ref desk.MediaRef) (channel.Download, error) {
	e, failure := endpointOf(c)
	if failure != nil {
		return channel.Download{}, failure
	}
	var found located
	if ref.ProviderID != "" {
		found, failure = d.locate(ctx, e, ch, ref.ProviderID)
		if failure != nil && (ref.URL == "" || failure.Kind != desk.Permanent) {
			return channel.Download{}, failure
		}
	}
	fromID := found.url != ""
	address := cmp.Or(found.url, ref.URL)
	if address == "" {
		return channel.Download{}, gone("no_address", "")
	}
	download, second := d.download(ctx, e, address)
	if second != nil {
		if failure != nil {
			return channel.Download{}, failure
		}
		if fromID && second.Kind == desk.Permanent && strings.HasPrefix(second.Code, "http_") {
			second.Kind = desk.Temporary // the id is good; a new address may be too
		}
		return channel.Download{}, second
	}
	download.MIME = cmp.Or(found.mime, download.MIME, ref.MIME)
	return download, nil
}

// located is Meta's answer about a media id.
type located struct{ url, mime string }

func (d *Driver) locate(ctx context.Context, e endpoint, ch desk.Channel, id string) (located, *desk.SendError) {
	if !plainID(id) {
		return located{}, gone("media_id", "")
	}
	path := "/" + id
	if e.provider == Cloud && plainID(ch.ExternalID) {
		path += "?phone_number_id=" + ch.ExternalID
	}
	answer, failure := d.call(ctx, e, http.MethodGet, path, nil)
	if failure != nil {
		if g, ok := meta.ReadGraphError(answer.Body); answer.Status == http.StatusNotFound || ok && g.Missing() {
			return located{}, gone(failure.Code, failure.Detail)
		}
		return located{}, harmless(failure)
	}
	var l struct {
		URL  string `json:"url"`
		MIME string `json:"mime_type"`
	}
	if json.Unmarshal(answer.Body, &l) != nil || l.URL == "" {
		return located{}, &desk.SendError{Kind: desk.Temporary, Code: "answer", Text: textBusy, Detail: e.detail(string(answer.Body))}
	}
	return located{url: l.URL, mime: l.MIME}, nil
}

func gone(code, detail string) *desk.SendError {
	return &desk.SendError{
		Kind: desk.Permanent, Code: code, Detail: detail,
		Text: "WhatsApp no longer has this file; it keeps files for 7 days. Ask the customer to send it again.",
	}
}

// maxHops is how often a download may be sent on to another address.
const maxHops = 3

// download opens an address with the token, on hosts that may have it only.
func (d *Driver) download(ctx context.Context, e endpoint, address string) (channel.Download, *desk.SendError) {
	for range maxHops {
		target, ok := e.mediaURL(address)
		if !ok {
			return channel.Download{}, &desk.SendError{
				Kind: desk.Permanent, Code: "media_host",
				Text: "The file lies on a server that is not known to be WhatsApp's, so Parley did not fetch it: the access token must not go there.",
			}
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
		if err != nil {
			return channel.Download{}, gone("media_url", "")
		}
		e.authorize(req)
		resp, err := d.client.Do(req)
		if err != nil {
			var urlErr *url.Error
			if errors.As(err, &urlErr) {
				err = urlErr.Err // the address itself opens the file
			}
			return channel.Download{}, &desk.SendError{Kind: desk.Temporary, Code: "network", Text: textUnreachable, Detail: e.detail(err.Error())}
		}
		if resp.StatusCode == http.StatusOK {
			return d.open(resp)
		}
		resp.Body.Close()
		if next, err := resp.Location(); err == nil && resp.StatusCode >= 300 && resp.StatusCode < 400 {
			address = next.String()
			continue
		}
		return channel.Download{}, notDownloaded(resp, d.now())
	}
	return channel.Download{}, gone("media_url", "")
}

func (d *Driver) open(resp *http.Response) (channel.Download, *desk.SendError) {
	if resp.ContentLength > d.maxDownload {
		resp.Body.Close()
		return channel.Download{}, &desk.SendError{
			Kind: desk.Permanent, Code: "too_large",
			Text: fmt.Sprintf("The file has %s; Parley takes files up to %s. Ask the customer to send a smaller one.", size(resp.ContentLength), size(d.maxDownload)),
		}
	}
	return channel.Download{
		Body: &capped{ReadCloser: resp.Body, left: d.maxDownload, limit: d.maxDownload},
		MIME: resp.Header.Get("Content-Type"),
		Size: resp.ContentLength,
	}, nil
}

func notDownloaded(resp *http.Response, now time.Time) *desk.SendError {
	code := "http_" + strconv.Itoa(resp.StatusCode)
	switch resp.StatusCode {
	case http.StatusForbidden, http.StatusNotFound, http.StatusGone:
		return gone(code, "")
	case http.StatusUnauthorized:
		return reconnect(code, textToken)
	}
	failure := harmless(refusedByStatus(resp.StatusCode))
	failure.RetryAfter = meta.RetryAfter(resp.Header, now)
	return failure
}

// mediaURL says where a file may be fetched with the token: at the connection's
// own API address, or over https on Meta's media hosts. 360dialog passes on
// addresses at Meta that must be asked for at 360dialog instead.
func (e endpoint) mediaURL(address string) (*url.URL, bool) {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Host == "" {
		return nil, false
	}
	if u.Scheme == e.base.Scheme && strings.EqualFold(u.Host, e.base.Host) {
		return u, true
	}
	if u.Scheme != "https" || !metaMediaHost(u.Host) {
		return nil, false
	}
	if e.provider == Dialog360 {
		here := *e.base
		here.Path, here.RawQuery = here.Path+u.Path, u.RawQuery
		return &here, true
	}
	return u, true
}

// metaMediaHost reports whether a host is one of Meta's for media, without a
// port of its own.
func metaMediaHost(host string) bool {
	host = strings.ToLower(host)
	return host == "lookaside.fbsbx.com" || strings.HasSuffix(host, ".fbcdn.net")
}

// capped fails, rather than ends, when a file is longer than allowed.
type capped struct {
	io.ReadCloser
	left, limit int64
}

func (c *capped) Read(p []byte) (int, error) {
	if int64(len(p)) > c.left+1 {
		p = p[:c.left+1]
	}
	n, err := c.ReadCloser.Read(p)
	if int64(n) > c.left {
		n, c.left = int(c.left), 0
		return n, fmt.Errorf("the file is larger than %s", size(c.limit))
	}
	c.left -= int64(n)
	return n, err
}
