import { useQuery } from '@tanstack/react-query';
import { keys } from '../lib/keys.ts';

/** A text as a QR code. The library is loaded when one is shown. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const drawn = useQuery({
    queryKey: keys.qr(text),
    queryFn: async () => {
      const { default: QRCode } = await import('qrcode');
      return QRCode.toString(text, { type: 'svg', margin: 1, errorCorrectionLevel: 'M' });
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (drawn.data === undefined) return <span className="certificate-qr-empty" />;
  return <img src={`data:image/svg+xml;utf8,${encodeURIComponent(drawn.data)}`} alt={label} width={112} height={112} />;
}
