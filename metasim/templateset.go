package metasim

// fixedTemplates is the set every simulated account has: all three categories
// in several languages, and one that is paused, one rejected, one pending.
func fixedTemplates() []template {
	const utility, marketing, authentication = "UTILITY", "MARKETING", "AUTHENTICATION"
	stop := func(text string) templateButton { return templateButton{Kind: "QUICK_REPLY", Text: text} }
	list := []template{
		{Name: "hello_world", Language: "en_US", Category: utility, Header: "TEXT", HeaderText: "Hello World",
			Body: "Welcome and congratulations! This message demonstrates your ability to send a message notification. Thank you for taking the time to test with us.", Footer: "Simulated WhatsApp Business"},

		{Name: "order_confirmation", Language: "en", Category: utility,
			Body: "Hi {{1}}, thank you for your order {{2}}. The total is {{3}}. We will write again as soon as it leaves our warehouse.", Examples: []string{"Jana", "A-2041", "€48.90"}, Footer: "Reply here with any question.",
			Buttons: []templateButton{{Kind: "URL", Text: "View order", URL: "https://shop.example.com/orders/{{1}}"}}},
		{Name: "order_confirmation", Language: "sk", Category: utility,
			Body: "Dobrý deň {{1}}, ďakujeme za objednávku {{2}}. Spolu zaplatíte {{3}}. Ozveme sa, keď opustí náš sklad.", Examples: []string{"Jana", "A-2041", "48,90 €"}, Footer: "S otázkami odpovedzte sem.",
			Buttons: []templateButton{{Kind: "URL", Text: "Zobraziť objednávku", URL: "https://shop.example.com/orders/{{1}}"}}},
		{Name: "order_confirmation", Language: "pt_BR", Category: utility,
			Body: "Olá {{1}}, obrigado pelo seu pedido {{2}}. O total é {{3}}. Avisaremos assim que ele sair do nosso estoque.", Examples: []string{"João", "A-2041", "R$ 189,90"}, Footer: "Responda aqui em caso de dúvida.",
			Buttons: []templateButton{{Kind: "URL", Text: "Ver pedido", URL: "https://shop.example.com/orders/{{1}}"}}},

		{Name: "appointment_reminder", Language: "en", Category: utility, Header: "TEXT", HeaderText: "Your appointment on {{1}}",
			Body: "Hello {{1}}, we look forward to seeing you at {{2}}. Can you make it?", Examples: []string{"Peter", "14:30"},
			Buttons: []templateButton{stop("Confirm"), stop("Change the time"), stop("Cancel")}},
		{Name: "appointment_reminder", Language: "sk", Category: utility, Header: "TEXT", HeaderText: "Váš termín {{1}}",
			Body: "Dobrý deň {{1}}, tešíme sa na vás o {{2}}. Prídete?", Examples: []string{"Peter", "14:30"},
			Buttons: []templateButton{stop("Prídem"), stop("Zmeniť čas"), stop("Zrušiť")}},

		{Name: "delivery_update", Language: "en", Category: utility,
			Body: "Your parcel {{1}} will arrive today between {{2}}. The courier will ring before.", Examples: []string{"SK-77120", "10:00 and 12:00"},
			Buttons: []templateButton{{Kind: "PHONE_NUMBER", Text: "Call the courier", URL: "+421900000099"}}},
		{Name: "delivery_update", Language: "pt_BR", Category: utility,
			Body: "Sua encomenda {{1}} chega hoje entre {{2}}. O entregador ligará antes.", Examples: []string{"BR-77120", "10h e 12h"},
			Buttons: []templateButton{{Kind: "PHONE_NUMBER", Text: "Ligar", URL: "+551140000099"}}},

		{Name: "invoice_ready", Language: "en", Category: utility, Header: "DOCUMENT",
			Body: "Hello {{1}}, your invoice for {{2}} is attached.", Examples: []string{"Eva", "October"}},

		{Name: "spring_offer", Language: "en", Category: marketing, Header: "IMAGE",
			Body: "{{1}}, spring is here: 20 % off everything for the garden until {{2}}.", Examples: []string{"Eva", "30 April"}, Footer: "You can stop these messages any time.",
			Buttons: []templateButton{{Kind: "URL", Text: "See the offer", URL: "https://shop.example.com/spring"}, stop("Stop promotions")}},
		{Name: "spring_offer", Language: "sk", Category: marketing, Header: "IMAGE",
			Body: "{{1}}, je tu jar: 20 % zľava na všetko do záhrady do {{2}}.", Examples: []string{"Eva", "30. apríla"}, Footer: "Tieto správy môžete kedykoľvek zastaviť.",
			Buttons: []templateButton{{Kind: "URL", Text: "Pozrieť ponuku", URL: "https://shop.example.com/jar"}, stop("Nechcem ponuky")}},
		{Name: "spring_offer", Language: "pt_BR", Category: marketing, Header: "IMAGE",
			Body: "{{1}}, a primavera chegou: 20% de desconto em tudo para o jardim até {{2}}.", Examples: []string{"Eva", "30 de abril"}, Footer: "Você pode parar estas mensagens quando quiser.",
			Buttons: []templateButton{{Kind: "URL", Text: "Ver oferta", URL: "https://shop.example.com/primavera"}, stop("Parar promoções")}},

		{Name: "win_back", Language: "en", Category: marketing,
			Body: "We have not heard from you for a while, {{1}}. Is there anything we can do better?", Examples: []string{"Eva"},
			Buttons: []templateButton{stop("Talk to us"), stop("Stop promotions")}},

		{Name: "login_code", Language: "en", Category: authentication, Body: "*{{1}}* is your verification code. For your security, do not share this code.",
			Examples: []string{"123456"}, Footer: "This code expires in 10 minutes.", Buttons: []templateButton{{Kind: "OTP", Text: "Copy code"}}},
		{Name: "login_code", Language: "sk", Category: authentication, Body: "*{{1}}* je váš overovací kód. Pre vašu bezpečnosť tento kód nikomu neposkytujte.",
			Examples: []string{"123456"}, Footer: "Platnosť kódu uplynie o 10 min.", Buttons: []templateButton{{Kind: "OTP", Text: "Kopírovať kód"}}},
		{Name: "login_code", Language: "pt_BR", Category: authentication, Body: "*{{1}}* é seu código de verificação. Para sua segurança, não o compartilhe.",
			Examples: []string{"123456"}, Footer: "Este código expira em 10 minutos.", Buttons: []templateButton{{Kind: "OTP", Text: "Copiar código"}}},

		{Name: "feedback_request", Language: "en", Category: marketing, Status: "PAUSED", Body: "How satisfied were you with {{1}}?", Examples: []string{"your order"},
			Buttons: []templateButton{stop("Very"), stop("Not so much")}},
		{Name: "payment_overdue", Language: "en", Category: utility, Status: "REJECTED", Body: "Your payment for {{1}} is overdue.", Examples: []string{"invoice 4711"}},
		{Name: "summer_preview", Language: "en", Category: marketing, Status: "PENDING", Body: "Be the first to see our summer collection, {{1}}.", Examples: []string{"Eva"}},
	}
	for i := range list {
		list[i].ID = "1900000000000" + string(rune('0'+i/10)) + string(rune('0'+i%10))
		if list[i].Status == "" {
			list[i].Status = "APPROVED"
		}
	}
	return list
}
