package metasim

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
)

// messageID makes a WhatsApp message id. Real ones are the base64 of a small
// record with the customer's address and a random part; 0x12 marks a message
// from a customer and 0x11 one from a business.
func messageID(address string, fromCustomer bool) string {
	kind, size := byte(0x11), 9
	if fromCustomer {
		kind, size = 0x12, 10
	}
	token := strings.ToUpper(hex.EncodeToString(randomBytes(size)))
	address = address[:min(len(address), 100)]
	b := append([]byte{0x1c, 0x18, byte(len(address))}, address...)
	b = append(b, 0x15, 0x02, 0x00, kind, 0x18, byte(len(token)))
	b = append(append(b, token...), 0)
	return "wamid." + base64.StdEncoding.EncodeToString(b)
}

// objectID makes a 15-digit id as Graph objects have.
func objectID() string {
	return fmt.Sprintf("%015d", 100_000_000_000_000+binary.BigEndian.Uint64(randomBytes(8))%900_000_000_000_000)
}

func hexID(n int) string { return hex.EncodeToString(randomBytes(n)) }

func traceID() string { return "A" + base64.RawURLEncoding.EncodeToString(randomBytes(16)) }

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails (crypto/rand, Go 1.24)
	return b
}

// bsuidPattern is the form of a business-scoped user id: an ISO 3166 country
// code, "ENT." for a parent id, and up to 128 letters and digits.
// Source: Meta "business-scoped user IDs", 2026.
var bsuidPattern = regexp.MustCompile(`^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$`)

// bsuidFor derives a customer's business-scoped user id from the phone number,
// so that a restarted simulator gives the same customer the same id.
func bsuidFor(digits string) string {
	sum := sha256.Sum256([]byte("bsuid " + digits))
	return fmt.Sprintf("%s.%020d", country(digits), binary.BigEndian.Uint64(sum[:8]))
}

// digitsOf keeps the digits of a phone number; ok is false when other than
// the usual separators were between them or the length cannot be a number's.
func digitsOf(phone string) (digits string, ok bool) {
	var b strings.Builder
	for _, r := range phone {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case strings.ContainsRune("+ -().\u00a0", r):
		default:
			return "", false
		}
	}
	digits = b.String()
	return digits, len(digits) >= 5 && len(digits) <= 15
}

// country is the ISO 3166 code for the calling code that digits begin with,
// "US" where several countries share it or it is not listed.
func country(digits string) string {
	for n := min(3, len(digits)); n > 0; n-- {
		if i := strings.Index(callingCodes, " "+digits[:n]+"="); i >= 0 {
			at := i + n + 2
			return callingCodes[at : at+2]
		}
	}
	return "US"
}

const callingCodes = " 20=EG 27=ZA 30=GR 31=NL 32=BE 33=FR 34=ES 36=HU 39=IT 40=RO 41=CH 43=AT 44=GB 45=DK 46=SE 47=NO 48=PL 49=DE" +
	" 51=PE 52=MX 53=CU 54=AR 55=BR 56=CL 57=CO 58=VE 60=MY 61=AU 62=ID 63=PH 64=NZ 65=SG 66=TH 7=RU 81=JP 82=KR 84=VN 86=CN" +
	" 90=TR 91=IN 92=PK 93=AF 94=LK 95=MM 98=IR 212=MA 213=DZ 216=TN 218=LY 221=SN 225=CI 233=GH 234=NG 237=CM 244=AO 249=SD" +
	" 250=RW 251=ET 254=KE 255=TZ 256=UG 258=MZ 260=ZM 263=ZW 351=PT 352=LU 353=IE 354=IS 355=AL 356=MT 357=CY 358=FI 359=BG" +
	" 370=LT 371=LV 372=EE 373=MD 374=AM 375=BY 377=MC 380=UA 381=RS 382=ME 383=XK 385=HR 386=SI 387=BA 389=MK 420=CZ 421=SK" +
	" 501=BZ 502=GT 503=SV 504=HN 505=NI 506=CR 507=PA 509=HT 591=BO 592=GY 593=EC 595=PY 597=SR 598=UY 852=HK 853=MO 855=KH" +
	" 856=LA 880=BD 886=TW 961=LB 962=JO 963=SY 964=IQ 965=KW 966=SA 967=YE 968=OM 970=PS 971=AE 972=IL 973=BH 974=QA 975=BT" +
	" 976=MN 977=NP 992=TJ 993=TM 994=AZ 995=GE 996=KG 998=UZ "
