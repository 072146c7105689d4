use super::super::{WechatCredentials, WechatGiven};
use super::{Engine, MerchantKey, PlatformKey, STANDARD};
use crate::sandbox::wechat::Login;

fn refused(result: Result<impl std::fmt::Debug, crate::text::Text>) -> String {
    result.expect_err("refused").en
}

#[test]
fn both_forms_of_a_private_key_are_the_same_key() {
    let login = Login::of(0);
    let newer = MerchantKey::from_pem(&login.private_key).expect("PKCS#8");
    let older = MerchantKey::from_pem(&login.private_key_pkcs1.replace('\n', "\r\n")).expect("PKCS#1");
    assert_eq!(newer.sign(b"text"), older.sign(b"text"));
    assert_eq!(format!("{newer:?}"), "MerchantKey(***)");
}

#[test]
fn a_certificate_and_a_public_key_verify_the_same_signatures() {
    let login = Login::of(0);
    let public = PlatformKey::from_public_key(login.public_key_id, &login.public_key).expect("a public key");
    let certified = PlatformKey::from_certificate(&login.certificate).expect("a certificate");
    assert_eq!(certified.id, "7132D72A03E93CDDF8C03BBD1F37EEDF00000001");
    assert!(certified.is_called("007132d72a03e93cddf8c03bbd1f37eedf00000001"));
    assert!(!certified.is_called(login.public_key_id) && !public.is_called(&certified.id));
    let merchant = MerchantKey::from_pem(&login.private_key).expect("a key");
    let signature = merchant.sign(b"text").expect("a signature");
    assert!(!public.verifies(b"text", &signature) && !certified.verifies(b"text", &signature));
}

#[test]
fn each_wrong_file_is_called_what_it_is() {
    let login = Login::of(0);
    let garbled = login.private_key.replacen("MII", "AII", 1);
    let encrypted = login.private_key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    let old_encrypted =
        login.private_key_pkcs1.replacen('\n', "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n", 1);
    let cut = &login.private_key[..400];
    for (pem, expected) in [
        (login.certificate.as_str(), "but this is a certificate"),
        (login.public_key.as_str(), "but this is a public key"),
        ("", "but this is an empty file"),
        ("MIIEvQIBADANBg", "without -----BEGIN"),
        ("\u{30}\u{82}\u{4}", "turn a binary .p12 or DER file into PEM"),
        ("-----BEGIN EC PRIVATE KEY-----\nAQ==\n-----END EC PRIVATE KEY-----", "an EC key"),
        (encrypted.as_str(), "has a password"),
        (old_encrypted.as_str(), "has a password"),
        (cut, "not whole"),
        (garbled.as_str(), "is of no use"),
    ] {
        let said = refused(MerchantKey::from_pem(pem));
        assert!(said.contains(expected), "{said}");
        assert!(pem.len() < 30 || !said.contains(&pem[pem.len() - 20..]), "{said}");
    }
    let said = refused(PlatformKey::from_public_key("PUB_KEY_ID_1", &login.certificate));
    assert!(said.contains("expected the platform's public key (pub_key.pem), but this is a certificate"), "{said}");
    let said = refused(PlatformKey::from_certificate(&login.private_key));
    assert!(said.contains("expected a certificate of the platform, but this is a private key"), "{said}");
    let said = refused(PlatformKey::from_public_key("x", "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----"));
    assert!(said.contains("no RSA key of 2048 bits or more"), "{said}");
}

fn relabelled(pem: &str, from: &str, to: &str) -> String {
    let changed =
        pem.replace(&format!("N {from}-"), &format!("N {to}-")).replace(&format!("D {from}-"), &format!("D {to}-"));
    assert_ne!(changed, pem);
    changed
}

/// The merchant's public half, as PKCS#1.
fn own_public_key(private_key: &str) -> String {
    let merchant = MerchantKey::from_pem(private_key).expect("a key");
    let der = STANDARD.encode(merchant.0.public().as_ref());
    format!("-----BEGIN RSA PUBLIC KEY-----\n{der}\n-----END RSA PUBLIC KEY-----\n")
}

#[test]
fn a_key_is_read_by_what_it_holds_and_not_by_its_label() {
    let login = Login::of(0);
    let wanted = MerchantKey::from_pem(&login.private_key).expect("a key").sign(b"text");
    for pem in [
        relabelled(&login.private_key, "PRIVATE KEY", "RSA PRIVATE KEY"),
        relabelled(&login.private_key_pkcs1, "RSA PRIVATE KEY", "PRIVATE KEY"),
        format!("{}{}", login.certificate, login.private_key),
    ] {
        assert_eq!(MerchantKey::from_pem(&pem).expect("a key").sign(b"text"), wanted);
    }
    let own = own_public_key(&login.private_key);
    let keys = [own.clone(), relabelled(&own, "RSA PUBLIC KEY", "PUBLIC KEY")]
        .map(|pem| PlatformKey::from_public_key("x", &pem).expect("a public key"));
    let signature = MerchantKey::from_pem(&login.private_key).expect("a key").sign(b"text").expect("a signature");
    assert!(keys.iter().all(|key| key.verifies(b"text", &signature)));
}

#[test]
fn a_label_that_says_what_the_content_is_not_is_told() {
    let login = Login::of(0);
    for (content, from, said) in [
        (&login.public_key, "PUBLIC KEY", "the content is a public key"),
        (&login.certificate, "CERTIFICATE", "the content is a certificate"),
    ] {
        let told = refused(MerchantKey::from_pem(&relabelled(content, from, "PRIVATE KEY")));
        assert!(told.contains(said), "{told}");
    }
    for (content, from) in [(&login.private_key, "PRIVATE KEY"), (&login.private_key_pkcs1, "RSA PRIVATE KEY")] {
        let told = refused(PlatformKey::from_public_key("x", &relabelled(content, from, "PUBLIC KEY")));
        assert!(told.contains("the content is a private key"), "{told}");
        let told = refused(PlatformKey::from_certificate(&relabelled(content, from, "CERTIFICATE")));
        assert!(told.contains("the content is a private key"), "{told}");
    }
}

#[test]
fn the_merchants_own_key_or_certificate_does_not_stand_for_the_platforms() {
    let login = Login::of(0);
    let check = |serial_no: &str, public_key: Option<&str>, certificates: &[(String, String)]| {
        WechatCredentials::check(&WechatGiven {
            mchid: &login.mchid,
            serial_no,
            private_key: ("key.pem", &login.private_key),
            public_key: public_key.map(|pem| ("PUB_KEY_ID_01", "pub.pem", pem)),
            certificates,
            base_url: None,
        })
    };
    assert!(check(&login.serial_no, Some(&login.public_key), &[]).is_ok());
    let error = check(&login.serial_no, Some(&own_public_key(&login.private_key)), &[]).expect_err("its own");
    assert!(error.what.en.starts_with("pub.pem: this is the merchant's own public key"), "{error}");
    let certificates = [("cert.pem".to_owned(), login.certificate.clone())];
    assert!(check(&login.serial_no, None, &certificates).is_ok());
    let serial = PlatformKey::from_certificate(&login.certificate).expect("a certificate").id;
    let error = check(&serial, None, &certificates).expect_err("its own");
    assert!(error.what.en.starts_with("cert.pem: this is the merchant's own API certificate"), "{error}");
}
