use super::{MerchantKey, PlatformKey};
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
